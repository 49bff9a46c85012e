using System.Globalization;

namespace Pictor.Providers.Sandbox;

/// <summary>The colour words that are understood. A name that CSS has too means its CSS value, but for "dark gray", which CSS has lighter than gray.</summary>
internal static class ColourNames
{
    /// <summary>Hexadecimal digits, then the names, English before Chinese.</summary>
    public static readonly IReadOnlyList<(string Hex, string Names)> Rows =
    [
        ("ff0000", "red, 红色, 红, 大红"), ("008000", "green, 绿色, 绿"), ("0000ff", "blue, 蓝色, 蓝"),
        ("ffff00", "yellow, 黄色, 黄"), ("ffa500", "orange, 橙色, 橙, 橘色, 橘黄色"), ("800080", "purple, 紫色, 紫"),
        ("ffc0cb", "pink, 粉色, 粉红, 粉红色, 粉"), ("a52a2a", "brown, 棕色, 褐色, 咖啡色, 棕"), ("000000", "black, 黑色, 黑"),
        ("ffffff", "white, 白色, 白, snow white, 雪白, 雪白色"), ("808080", "gray, grey, 灰色, 灰"), ("c0c0c0", "silver, 银色, 银"),
        ("ffd700", "gold, golden, 金色, 金黄色, 金"), ("00ffff", "cyan, aqua, 青色, 青"), ("ff00ff", "magenta, fuchsia, 品红, 洋红, 品红色, 洋红色"),
        ("008080", "teal, 蓝绿色, 水鸭色"), ("000080", "navy, navy blue, 藏青, 藏青色, 海军蓝"), ("00ff00", "lime, 亮绿色"), ("32cd32", "lime green, 柠檬绿"),
        ("808000", "olive, 橄榄色, 橄榄绿"), ("800000", "maroon, burgundy, 栗色, 酒红, 酒红色"), ("40e0d0", "turquoise, 绿松石色, 湖蓝, 湖蓝色"),
        ("4b0082", "indigo, 靛蓝, 靛色, 靛蓝色"), ("ee82ee", "violet, 紫罗兰色, 紫罗兰"), ("e6e6fa", "lavender, 淡紫色, 薰衣草色"),
        ("f5f5dc", "beige, 米色"), ("fffff0", "ivory, 象牙色, 象牙白"), ("fff8e7", "cream, 奶油色"), ("ff7f50", "coral, 珊瑚色, 珊瑚红"),
        ("fa8072", "salmon, 鲑鱼色, 三文鱼色"), ("dc143c", "crimson, 深红色, 绯红, 绯红色"), ("ff2400", "scarlet, 猩红, 猩红色, 朱红, 朱红色"),
        ("f0e68c", "khaki, 卡其色, 卡其"), ("d2b48c", "tan, 茶色, 棕褐色"), ("dda0dd", "plum, 梅红色, 李子色"), ("da70d6", "orchid, 兰花色"),
        ("87ceeb", "sky blue, skyblue, 天蓝, 天蓝色"), ("4169e1", "royal blue, 宝蓝, 宝蓝色"), ("228b22", "forest green, 森林绿"),
        ("98ff98", "mint, mint green, 薄荷绿, 薄荷色"), ("ffdab9", "peach, 桃色, 蜜桃色"), ("e0b0ff", "mauve, 藕荷色"),
        ("ffbf00", "amber, 琥珀色"), ("50c878", "emerald, emerald green, 翠绿, 翠绿色, 祖母绿"), ("0f52ba", "sapphire, 蓝宝石色"),
        ("e0115f", "ruby, 红宝石色"), ("00a86b", "jade, 玉色, 碧绿, 碧绿色"), ("b7410e", "rust, 铁锈色"), ("36454f", "charcoal, 炭黑, 炭灰色"),
        ("708090", "slate, slate gray, slate grey, 石板灰"), ("cc7722", "ochre, 赭色, 赭石色"), ("7fff00", "chartreuse, 黄绿色"),
        ("ff007f", "rose, 玫瑰色, 玫红, 玫红色, 玫瑰红"), ("c8a2c8", "lilac, 丁香色"), ("2e8b57", "sea green, 海绿色"),
        ("191970", "midnight blue, 午夜蓝, 墨蓝, 深夜蓝"), ("cd7f32", "bronze, 古铜色, 青铜色"), ("b87333", "copper, 铜色"),
        ("ff69b4", "hot pink, 亮粉色"), ("d2691e", "chocolate, 巧克力色"), ("0047ab", "cobalt, cobalt blue, 钴蓝"),
        ("add8e6", "light blue, 浅蓝, 浅蓝色, 淡蓝, 淡蓝色"), ("90ee90", "light green, 浅绿, 浅绿色, 淡绿, 淡绿色"), ("d3d3d3", "light gray, light grey, 浅灰, 浅灰色, 淡灰色"),
        ("ffffe0", "light yellow, 浅黄, 浅黄色, 淡黄, 淡黄色"), ("ffb6c1", "light pink, 浅粉, 浅粉色, 淡粉色"), ("00008b", "dark blue, 深蓝, 深蓝色"),
        ("006400", "dark green, 深绿, 深绿色, 墨绿, 墨绿色"), ("8b0000", "dark red, 暗红, 暗红色"), ("ff8c00", "dark orange, 深橙色"), ("ff1493", "deep pink, 深粉, 深粉色"),
        ("9400d3", "dark violet"), ("8b008b", "dark magenta"), ("00bfff", "deep sky blue"), ("4682b4", "steel blue, 钢蓝, 钢青色"), ("6495ed", "cornflower blue, 矢车菊蓝"),
        ("1e90ff", "dodger blue"), ("6a5acd", "slate blue"), ("00ff7f", "spring green"), ("9acd32", "yellow green"), ("ff6347", "tomato, 番茄色, 番茄红"),
        ("ff4500", "orange red, 橘红, 橘红色, 橙红, 橙红色"), ("a0522d", "sienna"), ("f5deb3", "wheat, 小麦色"), ("7fffd4", "aquamarine"), ("f0ffff", "azure"), ("8fbc8f", "dark sea green"),
    ];

    /// <summary>Reads <c>#rgb</c> or <c>#rrggbb</c>.</summary>
    public static bool TryHex(string text, out Colour colour)
    {
        colour = default;
        if (text.Length is not (4 or 7) || text[0] != '#' || !uint.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _))
        {
            return false;
        }

        colour = Colour.Hex(text.Length == 7 ? text[1..] : string.Concat(text.Skip(1).Select(digit => new string(digit, 2))));
        return true;
    }

    /// <summary>What <c>light</c> and <c>dark</c> do to a colour.</summary>
    public static Colour Shade(Colour colour, Tone tone) => tone switch
    {
        Tone.Light => colour.Lighter(0.55),
        Tone.Dark => colour.Darker(0.45),
        Tone.Bright => colour.Saturated(1.4).Lighter(0.1),
        _ => colour,
    };
}

/// <summary>A word before a colour that changes it.</summary>
internal enum Tone
{
    Plain,
    Light,
    Dark,
    Bright,
}
