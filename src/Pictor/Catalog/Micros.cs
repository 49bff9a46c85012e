using System.Globalization;

namespace Pictor.Catalog;

/// <summary>An amount of money in millionths; money is never a floating-point number.</summary>
internal readonly record struct Micros(long Value)
{
    public static Micros operator *(Micros amount, int count) => new(checked(amount.Value * count));

    public static Micros operator +(Micros left, Micros right) => new(checked(left.Value + right.Value));

    public static Micros operator -(Micros left, Micros right) => new(checked(left.Value - right.Value));

    public static Micros Min(Micros left, Micros right) => left.Value <= right.Value ? left : right;

    /// <summary>Reads <c>0.035</c> as 35,000 micro-units.</summary>
    public static Micros Of(decimal amount) => new(checked((long)(amount * 1_000_000m)));

    /// <summary>As a decimal string with two to six decimals: <c>0.035</c>, <c>3.50</c>.</summary>
    public override string ToString() => (Value / 1_000_000m).ToString("0.00####", CultureInfo.InvariantCulture);
}
