namespace Torii.Emulator.Seeding;

/// <summary>A name in its own spelling, and as it appears in an email address.</summary>
internal readonly record struct NamePart(string Written, string Ascii);

/// <summary>First and last names that can be combined.</summary>
internal sealed record NamePool(NamePart[] First, NamePart[] Last);

/// <summary>
/// The names of the seeded users. They contain accents, apostrophes, hyphens and several scripts, because consoles, CSV
/// files and case-insensitive searches have to handle them.
/// </summary>
internal static class NamePools
{
    public static readonly NamePool[] All =
    [
        Pool(
            "Søren:soren Mette Åse:aase Jørgen:joergen Freja Rasmus Signe Mikkel Ærø:aeroe Karen Lærke:laerke Anders",
            "Sørensen:soerensen Nielsen Ågård:aagaard Østergaard:oestergaard Møller:moeller Rasmussen Holm-Jensen:holm-jensen Kjær:kjaer"),
        Pool(
            "Ada Grace Alan Edith Oliver Maeve Niamh Rhys Siân:sian Callum Isla George",
            "O'Brien:obrien Hopper Fraser Lloyd-Jones:lloyd-jones MacLeod:macleod Walsh Bennett Hughes"),
        Pool(
            "José:jose María:maria Íñigo:inigo Lucía:lucia Álvaro:alvaro Begoña:begona Mateo Valentina Andrés:andres Inés:ines",
            "Núñez:nunez García:garcia Peña:pena Ibáñez:ibanez Muñoz:munoz Castillo Vázquez:vazquez Ordóñez:ordonez"),
        Pool(
            "Zoë:zoe François:francois Hélène:helene Benoît:benoit Chloé:chloe Éric:eric Maëlle:maelle Loïc:loic Agnès:agnes",
            "Lefèvre:lefevre Dupont Garçon:garcon Béranger:beranger D'Aubigné:daubigne Moreau Crêpeau:crepeau Fontaine"),
        Pool(
            "Jürgen:juergen Käthe:kaethe Günther:guenther Lena Bärbel:baerbel Sebastian Anneliese Björn:bjoern Matthias",
            "Müller:mueller Weiß:weiss Schröder:schroeder Köhler:koehler Groß:gross Bauer Jäger:jaeger Zimmermann"),
        Pool(
            "Łukasz:lukasz Małgorzata:malgorzata Zoë:zoe Stanisław:stanislaw Agnieszka Święto:swieto Bożena:bozena Jiří:jiri Šárka:sarka",
            "Żółć:zolc Wiśniewski:wisniewski Kowalczyk Dvořák:dvorak Novák:novak Čapek:capek Wójcik:wojcik Jabłoński:jablonski"),
        Pool(
            "İpek:ipek Çağla:cagla Gül:guel Işıl:isil Mehmet Ömer:oemer Şule:sule Yiğit:yigit",
            "Yılmaz:yilmaz Öztürk:oeztuerk Şahin:sahin Çelik:celik Güneş:guenes Demir Aydın:aydin"),
        Pool(
            "Иван:ivan Ольга:olga Дмитрий:dmitri Светлана:svetlana Юлия:yulia Тарас:taras",
            "Петров:petrov Соколова:sokolova Шевченко:shevchenko Морозов:morozov Коваленко:kovalenko"),
        Pool(
            "Δημήτρης:dimitris Ελένη:eleni Γιώργος:giorgos Σοφία:sofia Νίκος:nikos",
            "Παπαδόπουλος:papadopoulos Οικονόμου:oikonomou Νικολάου:nikolaou Γεωργίου:georgiou"),
        Pool(
            "芳:fang 伟:wei 秀英:xiuying 敏:min さくら:sakura 健太:kenta 민준:minjun 서연:seoyeon",
            "王:wang 李:li 陳:chen 佐藤:sato 鈴木:suzuki 김:kim 박:park"),
        Pool(
            "أحمد:ahmed فاطمة:fatima يوسف:yousef נועה:noa איתן:eitan مريم:maryam",
            "الخطيب:alkhatib حداد:haddad כהן:cohen לוי:levi منصور:mansour"),
        Pool(
            "Đặng:dang Nguyễn:nguyen Trần:tran Phượng:phuong Priya Arjun Lakshmi Chiamaka Kwame Ngũgĩ:ngugi Adébáyọ̀:adebayo Thandiwe",
            "Đỗ:do Phạm:pham Hoàng:hoang Iyer Chaudhary Okonkwo Mensah Wanjikũ:wanjiku Ọláyínká:olayinka Dlamini"),
    ];

    /// <summary>Parses names separated by spaces; after a colon follows the spelling in addresses, by default the name in lower case.</summary>
    private static NamePool Pool(string first, string last) => new(Parts(first), Parts(last));

    private static NamePart[] Parts(string list) => [.. list.Split(' ').Select(entry =>
    {
        int colon = entry.IndexOf(':');
        return colon < 0 ? new NamePart(entry, entry.ToLowerInvariant()) : new NamePart(entry[..colon], entry[(colon + 1)..]);
    })];
}
