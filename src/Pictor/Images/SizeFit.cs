namespace Pictor.Images;

/// <summary>Finds the legal size that is nearest to what was asked for: first by ratio (|ln| of the error), then by area.</summary>
internal static class SizeFit
{
    /// <param name="rule">The model's legal sizes.</param>
    /// <param name="ratio">The ratio asked for, if any; it wins over <paramref name="size"/>.</param>
    /// <param name="size">The size asked for, if any.</param>
    /// <param name="warnings">What had to be adapted is added here.</param>
    public static PixelSize Fit(SizeRule rule, AspectRatio? ratio, PixelSize? size, ICollection<Warning> warnings)
    {
        if (ratio is { } wanted)
        {
            return FitRatio(rule, wanted, warnings);
        }

        return size is { } pixels ? FitSize(rule, pixels, warnings) : ForRatio(rule, 1);
    }

    /// <summary>The legal size for a ratio, clamped to the model's range.</summary>
    public static PixelSize ForRatio(SizeRule rule, double ratio) => rule switch
    {
        SizeRule.RatioRange range => Best(Math.Clamp(ratio, range.Narrowest.Value, range.Widest.Value), range.Area, range.Multiple, range.Narrowest.Value, range.Widest.Value),
        SizeRule.Free free => Best(Math.Clamp(ratio, 1 / free.Steepest, free.Steepest), free.Area, Math.Max(free.Multiple, 8), 1 / free.Steepest, free.Steepest),
        SizeRule.Listed listed => listed.Sizes.MinBy(size => AspectRatio.Distance(size.Ratio, ratio)),
        _ => throw new ArgumentOutOfRangeException(nameof(rule)),
    };

    private static PixelSize FitRatio(SizeRule rule, AspectRatio wanted, ICollection<Warning> warnings)
    {
        var used = ForRatio(rule, wanted.Value);
        var range = rule switch
        {
            SizeRule.RatioRange r => (r.Narrowest.Value, r.Widest.Value),
            SizeRule.Free f => (1 / f.Steepest, f.Steepest),
            _ => (used.Ratio, used.Ratio),
        };
        if (wanted.Value < range.Item1 - 1e-9 || wanted.Value > range.Item2 + 1e-9)
        {
            var nearest = rule is SizeRule.RatioRange r ? (wanted.Value < 1 ? r.Narrowest : r.Widest) : AspectRatio.Of(used);
            warnings.Add(Warning.Adapted("aspect_ratio", wanted.ToString(), nearest.ToString(), $"The model does not draw {wanted}; the nearest it draws is {nearest}, at {used}."));
        }

        return used;
    }

    private static PixelSize FitSize(SizeRule rule, PixelSize wanted, ICollection<Warning> warnings)
    {
        var used = rule switch
        {
            SizeRule.Listed listed => listed.Sizes
                .OrderBy(size => Math.Round(AspectRatio.Distance(size.Ratio, wanted.Ratio), 9))
                .ThenBy(size => AspectRatio.Distance(size.Area, wanted.Area))
                .First(),
            SizeRule.RatioRange range when IsLegal(range, wanted) => wanted,
            SizeRule.Free free => Nearest(free, wanted),
            _ => ForRatio(rule, wanted.Ratio),
        };
        if (used != wanted)
        {
            warnings.Add(Warning.Adapted("size", wanted.ToString(), used.ToString(), $"The model does not draw {wanted}; the nearest it draws is {used}."));
        }

        return used;
    }

    private static bool IsLegal(SizeRule.RatioRange range, PixelSize size) =>
        size.Width % range.Multiple == 0
        && size.Height % range.Multiple == 0
        && Math.Abs(size.Area - range.Area) <= range.Area * 0.1
        && size.Ratio >= range.Narrowest.Value
        && size.Ratio <= range.Widest.Value;

    private static PixelSize Nearest(SizeRule.Free rule, PixelSize wanted)
    {
        var ratio = Math.Clamp(wanted.Ratio, 1 / rule.Steepest, rule.Steepest);
        var area = Math.Clamp((double)wanted.Area, rule.MinArea, rule.MaxArea);

        // A long side may not pass the limit, whatever the area says.
        var longest = Math.Sqrt(area * Math.Max(ratio, 1 / ratio));
        if (longest > rule.MaxSide)
        {
            area *= rule.MaxSide / longest * (rule.MaxSide / longest);
        }

        return IsLegal(rule, wanted) ? wanted : Candidates(ratio, area, rule.Multiple)
            .Where(size => IsLegal(rule, size))
            .OrderBy(size => Math.Round(AspectRatio.Distance(size.Ratio, ratio), 9))
            .ThenBy(size => AspectRatio.Distance(size.Area, area))
            .First();
    }

    private static bool IsLegal(SizeRule.Free rule, PixelSize size) =>
        size.Width % rule.Multiple == 0
        && size.Height % rule.Multiple == 0
        && size.Area >= rule.MinArea
        && size.Area <= rule.MaxArea
        && Math.Max(size.Width, size.Height) <= rule.MaxSide
        && Math.Max(size.Ratio, 1 / size.Ratio) <= rule.Steepest + 1e-9;

    private static PixelSize Best(double ratio, double area, int multiple, double narrowest, double widest) =>
        Candidates(ratio, area, multiple)
            .Where(size => Math.Abs(size.Area - area) <= area * 0.1 && size.Ratio >= narrowest - 1e-9 && size.Ratio <= widest + 1e-9)
            .OrderBy(size => Math.Round(AspectRatio.Distance(size.Ratio, ratio), 9))
            .ThenBy(size => Math.Abs(size.Area - area))
            .First();

    /// <summary>For each width within 10 % of the area, the two heights around the exact ratio.</summary>
    private static IEnumerable<PixelSize> Candidates(double ratio, double area, int multiple)
    {
        var middle = Math.Sqrt(area * ratio);
        var from = Math.Max(1, (int)(middle * 0.93 / multiple) - 1);
        var to = (int)(middle * 1.07 / multiple) + 2;
        for (var column = from; column <= to; column++)
        {
            var width = column * multiple;
            var row = Math.Max(1, (int)(width / ratio / multiple));
            yield return new PixelSize(width, row * multiple);
            yield return new PixelSize(width, (row + 1) * multiple);
        }
    }
}
