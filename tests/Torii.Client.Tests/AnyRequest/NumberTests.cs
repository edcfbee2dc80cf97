using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Torii.Client.Tests.AnyRequest;

/// <summary>A number of a response is exactly that number as a value, and is written as an equal one.</summary>
public sealed class NumberTests
{
    [Theory]
    [InlineData("0", typeof(long))]
    [InlineData("-1", typeof(long))]
    [InlineData("9007199254740993", typeof(long))]
    [InlineData("9223372036854775807", typeof(long))]
    [InlineData("-9223372036854775808", typeof(long))]
    [InlineData("9223372036854775808", typeof(decimal))]
    [InlineData("79228162514264337593543950335", typeof(decimal))]
    [InlineData("79228162514264337593543950336", typeof(BigInteger))]
    [InlineData("-123456789012345678901234567890123456789012345678901234567890", typeof(BigInteger))]
    [InlineData("0.1", typeof(decimal))]
    [InlineData("-0.0", typeof(double))]
    [InlineData("1.0", typeof(decimal))]
    [InlineData("1e2", typeof(double))]
    [InlineData("1E+2", typeof(double))]
    [InlineData("1.5e-300", typeof(double))]
    [InlineData("1e308", typeof(double))]
    [InlineData("1234567890.123456789012345678", typeof(decimal))]
    [InlineData("0.1234567890123456789012345678", typeof(decimal))]
    [InlineData("3.14159265358979323846264338327950288", typeof(ToriiRawJson))]
    [InlineData("1e400", typeof(ToriiRawJson))]
    [InlineData("1e99999999999999999999", typeof(ToriiRawJson))]
    public void A_number_keeps_its_value(string json, Type type)
    {
        using JsonDocument document = JsonDocument.Parse(json);

        object? value = PlainValues.FromElement(document.RootElement);

        Assert.IsType(type, value);
        if (value is ToriiRawJson raw)
        {
            Assert.Equal(json, raw.Json);
            return;
        }

        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            PlainJson.Write(writer, value);
        }

        Assert.Equal(Value(json), Value(System.Text.Encoding.UTF8.GetString(stream.ToArray())));
    }

    /// <summary>As a fraction of whole numbers.</summary>
    private static (BigInteger, BigInteger) Value(string json)
    {
        string[] parts = json.Split('e', 'E');
        string[] halves = parts[0].Split('.');
        int exponent = int.Parse(parts.ElementAtOrDefault(1) ?? "0", CultureInfo.InvariantCulture) - (halves.ElementAtOrDefault(1) ?? "").Length;
        BigInteger digits = BigInteger.Parse(string.Concat(halves), CultureInfo.InvariantCulture) * BigInteger.Pow(10, Math.Max(0, exponent));
        BigInteger divisor = BigInteger.Pow(10, Math.Max(0, -exponent));
        BigInteger common = BigInteger.GreatestCommonDivisor(digits, divisor);
        return (digits / common, divisor / common);
    }
}
