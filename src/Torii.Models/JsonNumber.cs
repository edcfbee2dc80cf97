using System.Globalization;
using System.Numerics;

namespace Torii;

/// <summary>Numbers as JSON writes them (RFC 8259 §6), of any size and with any number of digits.</summary>
internal static class JsonNumber
{
    /// <summary>The time to convert digits grows faster than their number.</summary>
    private const int LongestWhole = 1000;

    /// <summary>
    /// The value of a number: <see cref="long"/> for a whole one that fits, <see cref="decimal"/> for one that it holds
    /// digit by digit (<c>0.10</c>), <see cref="BigInteger"/> for a larger whole one, <see cref="double"/> for one that it
    /// holds exactly, otherwise <see cref="ToriiRawJson"/>.
    /// </summary>
    public static object Parse(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) && text != "-0" ? whole
        : decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal exact) && exact.ToString(CultureInfo.InvariantCulture) == text ? exact
        : text.Length <= LongestWhole && text.AsSpan().TrimStart('-').IndexOfAnyExceptInRange('0', '9') < 0 && text != "-0" ? BigInteger.Parse(text, CultureInfo.InvariantCulture)
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            && AreEqual(number.ToString("R", CultureInfo.InvariantCulture), text) ? number
        : new ToriiRawJson(text);

    /// <summary>Whether two numbers have the same value, digit by digit: <c>1</c>, <c>1.0</c> and <c>10e-1</c> have.</summary>
    public static bool AreEqual(string one, string other) => one == other || Canonical(one) == Canonical(other);

    private static (bool IsNegative, string Digits, BigInteger Exponent) Canonical(string text)
    {
        int end = text.IndexOfAny(['e', 'E']);
        string mantissa = (end < 0 ? text : text[..end]).TrimStart('-');
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        string significant = digits.TrimEnd('0');
        BigInteger exponent = end < 0 ? BigInteger.Zero : BigInteger.Parse(text.AsSpan(end + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        exponent += digits.Length - significant.Length - (point < 0 ? 0 : mantissa.Length - point - 1);
        return significant.TrimStart('0') is { Length: > 0 } first ? (text[0] == '-', first, exponent) : default;
    }
}
