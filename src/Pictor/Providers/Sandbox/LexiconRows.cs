namespace Pictor.Providers.Sandbox;

/// <summary>The rows behind <see cref="Lexicon"/>; a later group wins over an earlier one.</summary>
internal static class LexiconRows
{
    public static readonly IReadOnlyList<(ShapeKind Kind, Scenery Scenery, string Names)> Shapes =
    [
        (ShapeKind.Circle, Scenery.None, "circle, circular, disc, disk, dot, ball, sphere, 圆形, 圆, 圆圈, 圆点, 球, 圆球"),
        (ShapeKind.Square, Scenery.None, "square, box, cube, 正方形, 方块, 方形, 四方形"),
        (ShapeKind.Rectangle, Scenery.None, "rectangle, rectangular, bar, 长方形, 矩形, 长条"),
        (ShapeKind.Triangle, Scenery.None, "triangle, triangular, 三角形, 三角"),
        (ShapeKind.Star, Scenery.Stars, "star, 五角星, 星形, 星星"),
        (ShapeKind.Heart, Scenery.None, "heart, 心形, 爱心, 心"),
        (ShapeKind.Hexagon, Scenery.None, "hexagon, hexagonal, 六边形, 六角形"),
        (ShapeKind.Pentagon, Scenery.None, "pentagon, pentagonal, 五边形"),
        (ShapeKind.Octagon, Scenery.None, "octagon, octagonal, 八边形, 八角形"),
        (ShapeKind.Diamond, Scenery.None, "diamond, rhombus, 菱形, 钻石形"),
        (ShapeKind.Ellipse, Scenery.None, "ellipse, oval, 椭圆, 椭圆形"),
        (ShapeKind.Ring, Scenery.None, "ring, donut, doughnut, hoop, 圆环, 环形, 圆环形, 环"),
        (ShapeKind.Cross, Scenery.None, "cross, plus, plus sign, 十字, 十字形, 加号"),
        (ShapeKind.Arrow, Scenery.None, "arrow, 箭头"),
        (ShapeKind.Line, Scenery.None, "line, stripe, 直线, 线条, 横线, 线"),
        (ShapeKind.Crescent, Scenery.Moon, "crescent, crescent moon, moon, 新月, 月牙, 弯月, 月亮"),
        (ShapeKind.Cloud, Scenery.Clouds, "cloud, 云朵, 云, 白云"),
        (ShapeKind.Semicircle, Scenery.None, "semicircle, half circle, 半圆, 半圆形"),
        (ShapeKind.Drop, Scenery.None, "drop, droplet, teardrop, raindrop, 水滴, 水滴形"),
    ];

    public static readonly IReadOnlyList<(Scenery Kind, string Names)> Scenes =
    [
        (Scenery.Sunset | Scenery.Sun, "sunset, sundown, golden hour, 日落, 夕阳, 落日, 晚霞"),
        (Scenery.Sunset, "dusk, twilight, evening, 黄昏, 傍晚, 暮色"),
        (Scenery.Sunrise | Scenery.Sun, "sunrise, 日出, 朝阳, 旭日"),
        (Scenery.Sunrise, "dawn, daybreak, morning, 清晨, 早晨, 黎明, 晨曦"),
        (Scenery.Night, "night, nighttime, midnight, at night, 夜, 夜晚, 夜景, 夜色, 晚上, 深夜"),
        (Scenery.Day, "day, daytime, noon, sunny, 白天, 晴天, 晴朗, 中午"),
        (Scenery.Mountains, "mountain, mountains, alps, peak, peaks, summit, ridge, cliff, volcano, 山, 高山, 山脉, 群山, 山峰, 山峦, 远山, 火山"),
        (Scenery.Mountains | Scenery.Snow, "snowy mountain, snowy mountains, snow mountain, snow mountains, 雪山"),
        (Scenery.Mountains | Scenery.Lake, "山水, fjord"),
        (Scenery.Ocean, "ocean, sea, waves, seascape, 大海, 海, 海洋, 海面, 海浪, 海上"),
        (Scenery.Lake, "lake, river, pond, lakeside, 湖, 湖泊, 湖面, 湖水, 河, 河流, 江, 池塘"),
        (Scenery.Forest, "forest, woods, woodland, jungle, pines, pine trees, taiga, 森林, 树林, 丛林, 松林, 竹林"),
        (Scenery.City, "city, cityscape, skyline, skyscraper, skyscrapers, downtown, metropolis, town, street, 城市, 都市, 高楼, 摩天大楼, 街道, 天际线, 城镇"),
        (Scenery.City | Scenery.Night, "city at night, night city, neon city, city lights, cyberpunk, 城市夜景, 夜晚的城市, 霓虹, 万家灯火"),
        (Scenery.Snow, "snow, snowy, winter, snowfall, blizzard, ice, 雪, 下雪, 雪景, 冬天, 冬季, 大雪, 雪地"),
        (Scenery.Desert, "desert, dunes, dune, sahara, 沙漠, 沙丘, 戈壁"),
        (Scenery.Stars | Scenery.Night, "starry sky, starry night, starry, night sky, milky way, 星空, 星夜, 繁星, 夜空, 银河, 满天繁星"),
        (Scenery.Moon | Scenery.Night, "moonlight, moonlit, full moon, 月光, 月夜, 满月, 明月"),
        (Scenery.Sun, "sun, sunshine, sunlight, sunbeam, 太阳, 阳光"),
        (Scenery.Clouds, "clouds, cloudy, overcast, 多云, 云海, 乌云"),
        (Scenery.Mist, "mist, misty, fog, foggy, haze, hazy, 雾, 薄雾, 晨雾, 迷雾, 雾气"),
        (Scenery.Rain, "rain, rainy, storm, stormy, 雨, 下雨, 雨天, 暴雨, 雨夜"),
        (Scenery.Field, "field, fields, meadow, grassland, prairie, hill, hills, countryside, valley, farm, 草原, 草地, 田野, 山丘, 丘陵, 乡村, 山谷, 麦田"),
        (Scenery.Beach | Scenery.Ocean, "beach, coast, shore, seaside, tropical, 海滩, 沙滩, 海边, 海岸"),
        (Scenery.Aurora | Scenery.Night, "aurora, northern lights, aurora borealis, 极光, 北极光"),
        (Scenery.Space, "space, outer space, galaxy, planet, nebula, cosmos, universe, 太空, 宇宙, 星球, 行星, 星系, 星云"),
        (Scenery.Autumn, "autumn, fall foliage, autumnal, 秋, 秋天, 秋季, 枫叶"),
        (Scenery.Spring, "spring, blossom, blossoms, cherry blossom, cherry blossoms, sakura, 春天, 春, 春季, 樱花, 桃花"),
        (Scenery.Table, "table, wooden table, wooden, wood, desk, 桌子, 木桌, 桌上, 木头, 桌"),
    ];

    public static readonly IReadOnlyList<(SubjectKind Kind, string Names)> Subjects =
    [
        (SubjectKind.Cat, "cat, kitten, kitty, 猫, 小猫, 猫咪"), (SubjectKind.Dog, "dog, puppy, 狗, 小狗"), (SubjectKind.Fox, "fox, 狐狸, 小狐狸"),
        (SubjectKind.Cup, "cup, mug, coffee, tea, cup of coffee, cup of tea, coffee cup, 杯子, 咖啡, 茶, 咖啡杯, 茶杯"),
        (SubjectKind.House, "house, cottage, cabin, hut, home, 房子, 小屋, 木屋, 房屋"), (SubjectKind.Tree, "tree, oak, 树, 大树, 一棵树"),
        (SubjectKind.Boat, "boat, sailboat, ship, yacht, sailing boat, 船, 帆船, 小船, 轮船"), (SubjectKind.Flower, "flower, daisy, sunflower, tulip, 花, 花朵, 向日葵, 鲜花"),
        (SubjectKind.Robot, "robot, android, 机器人"), (SubjectKind.Rocket, "rocket, spaceship, spacecraft, 火箭, 飞船, 宇宙飞船"),
        (SubjectKind.Fish, "fish, goldfish, 鱼, 金鱼, 小鱼"), (SubjectKind.Bird, "bird, sparrow, owl, 鸟, 小鸟, 猫头鹰"), (SubjectKind.Car, "car, automobile, taxi, 汽车, 小汽车, 轿车"),
        (SubjectKind.Balloon, "hot air balloon, balloon, 热气球, 气球"), (SubjectKind.Lighthouse, "lighthouse, 灯塔"), (SubjectKind.Book, "book, books, 书, 书本"),
    ];

    /// <summary>Words that do not mean what a part of them means: without them, a lamp's light would be a line, and a happy face a heart.</summary>
    public const string Others =
        "上海, 海盗, 海鲜, 海豹, 光线, 视线, 线上, 线下, 在线, 电线, 毛线, 地平线, 开心, 心情, 心理, 心灵, 内心, 点心, 甜心, 信心, 关心, 放心, 担心, 小心, 用心, " +
        "地球, 足球, 篮球, 网球, 排球, 棒球, 羽毛球, 乒乓球, 球员, 球场, 环境, 环保, 环球, 循环, 团圆, 圆满, 云端, 云南, 山东, 山西, 山药, 江苏, 江西, 浙江, 江湖, " +
        "河马, 河南, 河北, 湖南, 湖北, 雪糕, 雪碧, 青春, 春卷, 秋千, 热狗, 书法, 书包, 花生, 花纹, 烟花, 茶几, 漂亮, " +
        "hot dog, ice cream, sea lion, moon cake";

    public static readonly IReadOnlyList<(EditKind Kind, string Names)> Edits =
    [
        (EditKind.Grayscale, "grayscale, greyscale, gray scale, monochrome, black and white, desaturate, 黑白, 灰度, 去色, 变成黑白"),
        (EditKind.Sepia, "sepia, vintage, old photo, 复古, 怀旧, 老照片"), (EditKind.Blur, "blur, blurred, blurry, blurring, soften, 模糊, 虚化"),
        (EditKind.Brighter, "brighter, brighten, lighten, lighter, more light, 更亮, 变亮, 调亮, 提亮, 亮一点"),
        (EditKind.Darker, "darker, darken, dim, 更暗, 变暗, 调暗, 暗一点"), (EditKind.Contrast, "contrast, more contrast, punchy, 对比度, 高对比"),
        (EditKind.Invert, "invert, inverted, negative, 反色, 反相, 负片"), (EditKind.Rotate, "rotate, rotated, turn clockwise, 旋转"),
        (EditKind.CounterClockwise, "counterclockwise, counter clockwise, anticlockwise, 逆时针"), (EditKind.UpsideDown, "upside down, 上下颠倒, 倒过来, 颠倒"),
        (EditKind.Flip, "flip, flipped, mirror, mirrored, 翻转, 镜像"), (EditKind.FlipHorizontal, "horizontally, horizontal flip, 水平翻转, 左右翻转, 水平镜像"),
        (EditKind.FlipVertical, "vertically, vertical flip, 垂直翻转, 上下翻转, 垂直镜像"), (EditKind.Tint, "tint, tinted, colorize, colourize, tinge, 着色, 染成, 色调"),
        (EditKind.Crop, "crop, cropped, trim, 裁剪, 裁切"),
    ];

    public static readonly IReadOnlyList<(WordKind Kind, int Value, string Names)> Grammar =
    [
        (WordKind.Size, 125, "tiny, very small, mini, miniature, 极小, 微小, 很小, 迷你, 极小的, 很小的"), (WordKind.Size, 250, "small, little, 小, 小的, 小号, 小型"),
        (WordKind.Size, 400, "medium, medium sized, mid sized, 中等, 中等大小, 中号"), (WordKind.Size, 600, "large, big, 大, 大的, 大号, 大型"),
        (WordKind.Size, 800, "huge, very large, very big, giant, enormous, gigantic, 巨大, 巨大的, 很大, 很大的, 超大"),
        (WordKind.Count, 1, "one, single, 单个"), (WordKind.Count, 2, "two, pair, pair of, couple of, 一对, 一双"), (WordKind.Count, 3, "three, a few, few, 几个"), (WordKind.Count, 4, "four"),
        (WordKind.Count, 5, "five, several, 一些"), (WordKind.Count, 6, "six, half a dozen"), (WordKind.Count, 7, "seven"), (WordKind.Count, 8, "eight"), (WordKind.Count, 9, "nine, many, lots of, 许多, 很多"),
        (WordKind.Count, 10, "ten"), (WordKind.Count, 11, "eleven"), (WordKind.Count, 12, "twelve, dozen, a dozen, 一打"),
        (WordKind.Tone, (int)Tone.Light, "light, pale, pastel, soft, 浅, 淡, 浅的"), (WordKind.Tone, (int)Tone.Dark, "dark, deep, 深, 暗, 深的"), (WordKind.Tone, (int)Tone.Bright, "bright, vivid, 亮, 鲜艳, 鲜艳的, 明亮的"),
        (WordKind.Place, (int)Place.Centre, "centered, centred, center, centre, middle, in the center, in the centre, in the middle, 居中, 中间, 中央, 中心, 正中, 正中央, 正中间"),
        (WordKind.Place, (int)Place.TopLeft, "top left, upper left, left top, top left corner, upper left corner, 左上角, 左上, 左上方"),
        (WordKind.Place, (int)Place.TopRight, "top right, upper right, right top, top right corner, upper right corner, 右上角, 右上, 右上方"),
        (WordKind.Place, (int)Place.BottomLeft, "bottom left, lower left, left bottom, bottom left corner, lower left corner, 左下角, 左下, 左下方"),
        (WordKind.Place, (int)Place.BottomRight, "bottom right, lower right, right bottom, bottom right corner, lower right corner, 右下角, 右下, 右下方"),
        (WordKind.Place, (int)Place.Top, "top, upper, at the top, top center, top centre, 顶部, 上方, 上面, 上边, 上部, 上边缘"), (WordKind.Place, (int)Place.Bottom, "bottom, lower, at the bottom, bottom center, bottom centre, 底部, 下方, 下面, 下边, 下部"),
        (WordKind.Place, (int)Place.Left, "left, left side, on the left, 左边, 左侧, 左面, 左"), (WordKind.Place, (int)Place.Right, "right, right side, on the right, 右边, 右侧, 右面, 右"),
        (WordKind.Relation, (int)Relation.LeftOf, "left of, to the left of, on the left of, on left of"), (WordKind.Relation, (int)Relation.RightOf, "right of, to the right of, on the right of, on right of"),
        (WordKind.Relation, (int)Relation.Above, "above, over, on top of, atop"), (WordKind.Relation, (int)Relation.Below, "below, under, beneath, underneath"),
        (WordKind.Relation, (int)Relation.Beside, "next to, beside, alongside, near, 旁边是, 挨着"), (WordKind.Relation, (int)Relation.Inside, "inside, inside of, within, in front of"),
        (WordKind.Relation, (int)Relation.Around, "around, behind, surrounding, containing, 包围, 围绕"),
        (WordKind.PostRelation, (int)Relation.LeftOf, "的左边, 的左侧, 的左面"), (WordKind.PostRelation, (int)Relation.RightOf, "的右边, 的右侧, 的右面"),
        (WordKind.PostRelation, (int)Relation.Above, "的上方, 的上面, 的上边"), (WordKind.PostRelation, (int)Relation.Below, "的下方, 的下面, 的下边"),
        (WordKind.PostRelation, (int)Relation.Beside, "的旁边, 旁边, 旁"), (WordKind.PostRelation, (int)Relation.Inside, "的里面, 里面, 的前面, 之中"),
        (WordKind.On, 0, "on, against, upon, onto"), (WordKind.At, 0, "在, 位于"), (WordKind.And, 0, "and, plus a, &, with, 和, 与, 以及, 还有, 跟, 及"),
        (WordKind.From, 0, "from, 从, 由"), (WordKind.To, 0, "to, into, 到, 至, 变成, 渐变到, 过渡到"),
        (WordKind.Background, 0, "background, backdrop, bg, 背景, 底色, 背景色, 背景颜色, 背景是, 背景为, 的背景, 底"), (WordKind.Gradient, 0, "gradient, ombre, 渐变, 渐变色"),
        (WordKind.Transparent, 0, "transparent, no background, without background, 透明, 透明的, 无背景"), (WordKind.Outlined, 0, "outline, outlined, outlines, hollow, unfilled, empty, 空心, 空心的, 轮廓, 描边"),
        (WordKind.Row, 0, "in a row, row, row of, in a line, side by side, 一排, 排成一排, 一行, 并排"), (WordKind.Column, 0, "in a column, column, column of, stacked, 一列, 排成一列, 竖排"),
        (WordKind.Letters, 0, "text, word, letter, lettering, title, caption, headline, slogan, 文字, 字, 字样, 大字, 标题, 标语, 字体"),
        (WordKind.Filler, 0, "a, an, the, of, in, is, are, be, at, it, its, this, that, there, which, by, for, some, very, please, draw, make, create, paint, generate, show, me, picture, image, photo, illustration, drawing, color, colour, colored, coloured, simple, plain, flat, solid, filled, shape, shapes, corner, side, placed, positioned, exactly, just, only, 的, 画, 请, 一张, 图, 图片, 图像, 颜色, 形状, 是, 为, 有, 个, 实心, 纯色, 简单, 了, 着, 上, 里, 请画, 一幅, 画面, 生成, poster, 海报"),
    ];
}
