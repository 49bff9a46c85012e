using System.Globalization;
using Pictor.Images;

namespace Pictor.Catalog;

/// <summary>Reads amounts of money as people write them: a decimal string, never rounded.</summary>
internal static class Amounts
{
    private const int Decimals = 6;

    /// <summary>Null when the parameter is absent. A JSON number is read by its digits, never as floating point; exponents are refused.</summary>
    /// <exception cref="Errors.GatewayException">It is no amount, has more than six decimals, or is out of range.</exception>
    public static Micros? Read(FieldValue value, string param, decimal least, decimal most)
    {
        if (value.IsNull)
        {
            return null;
        }

        return TryParse(value.IsArray ? "" : value.ToString(), out var amount) && amount >= least && amount <= most
            ? Micros.Of(amount)
            : throw RequestRules.Invalid($"{param} must be a decimal amount like \"3.50\", in USD, from {least:0.##} to {most:0.##}, with at most {Decimals} decimals", param);
    }

    /// <summary>Digits with at most one point and six decimals, and a sign.</summary>
    public static bool TryParse(string text, out decimal amount) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out amount)
        && text.Length <= 40
        && decimal.Round(amount, Decimals) == amount;
}
