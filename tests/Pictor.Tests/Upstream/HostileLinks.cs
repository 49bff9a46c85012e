using System.Globalization;
using System.Text;

namespace Pictor.Tests.Upstream;

/// <summary>Spellings that lead, or may lead, to where no stranger's link should. <c>{p}</c> stands for the canary's port.</summary>
internal static class HostileLinks
{
    private static readonly string[] Loopbacks =
    [
        // IPv4 in the ways that inet_aton and browsers read it.
        "127.0.0.1", "127.1", "127.0.1", "127.000.000.001", "127.0.0.01", "0127.0.0.1", "0177.0.0.1", "00177.0.0.1", "0177.0.0.01",
        "0177.0000.0000.0001", "0x7f.0.0.1", "0x7f.0x0.0x0.0x1", "0X7F.0.0.1", "0x7f.1", "0177.1", "0x7f000001", "0X7F000001",
        "0x0000007f000001", "2130706433", "02130706433", "017700000001", "0017700000001", "127.0.0.1.", "127.1.", "2130706433.",
        "127.0.0.2", "127.1.1.1", "127.255.255.254", "127.0x0.0.1", "127.0.0x1", "127.00.00.01", "4294967297", "0x17f000001",
        "0.0.0.0", "0", "00", "0x0", "0.0", "0.0.0", "0.", "0.1.2.3",
        // IPv6 and what hides IPv4 in it.
        "[::1]", "[0:0:0:0:0:0:0:1]", "[0000:0000:0000:0000:0000:0000:0000:0001]", "[::0001]", "[0::1]", "[::]", "[0:0:0:0:0:0:0:0]",
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::FFFF:7F00:0001]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::ffff:0.0.0.0]", "[::ffff:0:0]",
        "[::127.0.0.1]", "[::7f00:1]", "[::ffff:0:127.0.0.1]", "[::ffff:0:7f00:1]", "[2002:7f00:1::]", "[2002:7f00:1::1]", "[2002:7f00:0001:0:0:0:7f00:0001]",
        "[2001:0:7f00:1::]", "[2001::80ff:fffe]", "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]",
        "[64:ff9b:1::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[fe80::5efe:127.0.0.1]", "[2606:4700::5efe:7f00:1]", "[2606:4700::200:5efe:127.0.0.1]",
        "[::1%25lo]", "[::1%lo]", "[::1%251]", "[fe80::1%25lo]", "[fe80::1]", "[fe80::1%25eth0]", "[fe80::1%252]",
        // Digits and dots that are not ASCII.
        "①②⑦.⓪.⓪.①", "①②⑦.0.0.1", "127.0.0.①", "１２７.０.０.１", "127.0.0.１", "127。0。0。1", "127．0．0．1", "127｡0｡0｡1", "①②⑦。⓪。⓪。①",
        "１２７。０。０。１", "127.0.0.1。", "𝟏𝟐𝟕.𝟎.𝟎.𝟏", "𝟙𝟚𝟟.𝟘.𝟘.𝟙", "⑴⑵⑺.⓪.⓪.⑴", "٠.٠.٠.٠", "١٢٧.٠.٠.١", "۱۲۷.۰.۰.۱", "०.०.०.०", "２１３０７０６４３３", "０ｘ７ｆ０００００１", "[：：1]",
        // Names.
        "localhost", "LOCALHOST", "LocalHost", "localhost.", "localhost..", "a.localhost", "x.y.localhost", "localhost.localdomain", "localhost6", "ip6-localhost",
        "ｌｏｃａｌｈｏｓｔ", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "loc\u00adalhost", "loc\u200balhost", "localhost\u3002", "ℓocalhost", "localhoſt", "𝓁ocalhost",
        "rebind.example", "127.0.0.1.nip.example", "xn--bcher-kva.example", "bücher.example", "xn--localhost-.example", "xn--99999999", "xn--", "例え.テスト", "K.example", "ß.example",
        "metadata.google.internal", "metadata", "instance-data", "kubernetes.default.svc", "host.docker.internal", "router.local", "intranet", "a_b.example", "-a.example", "a..b.example", "1.example", "1e3", "0x", "0xg", "256.256.256.256", "127.0.0.256", "1.2.3.4.5",
    ];

    private static readonly string[] Forbidden =
    [
        "169.254.169.254", "169.254.43518", "169.16689662", "2852039166", "0xa9fea9fe", "0xA9.0xFE.0xA9.0xFE", "0251.0376.0251.0376", "025177524776", "169.254.169.254.",
        "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[::169.254.169.254]", "[2002:a9fe:a9fe::]", "[64:ff9b::169.254.169.254]", "[64:ff9b::a9fe:a9fe]", "[fd00:ec2::254]", "①⑥⑨.②⑤④.①⑥⑨.②⑤④", "169。254。169。254",
        "169.254.170.2", "169.254.0.1", "100.100.100.200", "192.0.0.192", "168.63.129.16",
        "10.0.0.1", "10.255.255.255", "0xa000001", "012.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.257", "3232235521", "[::ffff:10.0.0.1]", "[::ffff:192.168.1.1]", "[64:ff9b::10.0.0.1]", "[2002:c0a8:1::1]",
        "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.0.9", "192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.175.48.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9",
        "224.0.0.1", "239.255.255.250", "240.0.0.1", "254.1.2.3", "255.255.255.255", "4294967295", "0xffffffff", "037777777777",
        "[fc00::1]", "[fd00::1]", "[fdff:ffff::1]", "[fec0::1]", "[ff02::1]", "[ff05::2]", "[100::1]", "[2001:db8::1]", "[2001:2::1]", "[2001:10::1]", "[2001:20::1]", "[2620:4f:8000::1]", "[3fff::1]", "[5f00::1]", "[4000::1]", "[::2]", "[1::1]",
    ];

    private static readonly string[] Whole =
    [
        // Other schemes, and texts that .NET reads as file:.
        "//127.0.0.1:{p}/x", "//localhost:{p}/x", "///127.0.0.1:{p}/x", "/etc/passwd", "etc/passwd", "../etc/passwd", "file:///etc/passwd", "file://localhost/etc/passwd",
        "file://127.0.0.1:{p}/x", "FILE:///etc/passwd", "gopher://127.0.0.1:{p}/_GET%20/", "ftp://127.0.0.1:{p}/x", "ftps://127.0.0.1:{p}/x", "sftp://127.0.0.1:{p}/x", "data:image/png;base64,iVBORw0KGgo=",
        "ws://127.0.0.1:{p}/", "wss://127.0.0.1:{p}/", "ldap://127.0.0.1:{p}/", "dict://127.0.0.1:{p}/", "tftp://127.0.0.1:{p}/", "jar:http://127.0.0.1:{p}/!/", "javascript:alert(1)", "about:blank", "unix:///run/x.sock", "unix:/run/x.sock", "http+unix://%2Frun%2Fx.sock/", "net.tcp://127.0.0.1:{p}/", "mailto:a@127.0.0.1", "view-source:http://127.0.0.1:{p}/", "httpx://127.0.0.1:{p}/",
        "http:127.0.0.1:{p}", "http:/127.0.0.1:{p}/", "http:///127.0.0.1:{p}/", "http:////127.0.0.1:{p}/", "https:127.0.0.1:{p}", "http", "http:", "http://", "https://", "http:///", "http:///x", "http://?", "http://#", "http://:{p}/", "http://:/", "http://./", "http://.:{p}/", "http://..:{p}/", "http://。:{p}/", "", " ", "127.0.0.1:{p}", "127.0.0.1", "localhost:{p}/x", "::1",
        // User-info, backslashes, escapes, space.
        "http://good.example@127.0.0.1:{p}/", "http://good.example:80@127.0.0.1:{p}/", "http://user:pass@127.0.0.1:{p}/", "http://@127.0.0.1:{p}/", "http://:@127.0.0.1:{p}/", "http://127.0.0.1:{p}@good.example/", "http://a@b@127.0.0.1:{p}/", "http://good.example%40127.0.0.1:{p}/", "http://good.example:{p}@good.example/", "http://good.example＠127.0.0.1:{p}/",
        @"http:\\127.0.0.1:{p}\", @"http:/\127.0.0.1:{p}/", @"http://good.example\@127.0.0.1:{p}/", @"http://127.0.0.1:{p}\@good.example/", @"http://127.0.0.1:{p}\.good.example/", @"\\127.0.0.1\share", @"\\?\UNC\127.0.0.1\x", @"C:\x", @"http://good.example:80\@127.0.0.1:{p}/",
        "http://127.0.0.1:{p}/?@good.example/", "http://127.0.0.1:{p}#@good.example/", "http://127.0.0.1:{p}/;@good.example", "http://127.0.0.1:{p}/..;/", "http://127.0.0.1&good.example:{p}/", "http://127.0.0.1;good.example:{p}/", "http://127.0.0.1,good.example:{p}/", "http://(127.0.0.1):{p}/",
        " http://127.0.0.1:{p}/", "http://127.0.0.1:{p}/ ", "\thttp://127.0.0.1:{p}/", "http://\t127.0.0.1:{p}/", "http://127.0.0.1\t:{p}/", "ht\ttp://127.0.0.1:{p}/", "http://127.0.0.1\n:{p}/", "http://127.0.0.1:{p}/\r\nHost: x", "http://127.0.0.1\0.good.example:{p}/", "http://127.0.0.1 .good.example:{p}/", "http:// 127.0.0.1:{p}/", "\u00a0http://127.0.0.1:{p}/", "\ufeffhttp://127.0.0.1:{p}/", "\u200bhttp://127.0.0.1:{p}/",
        "http://%31%32%37.0.0.1:{p}/", "http://127%2e0%2e0%2e1:{p}/", "http://%6c%6f%63%61%6c%68%6f%73%74:{p}/", "http://127.0.0.1%00.good.example:{p}/", "http://127.0.0.1%20:{p}/", "http://127.0.0.1%09:{p}/", "http://[::1%2525lo]:{p}/", "http://%5B::1%5D:{p}/", "http://[127.0.0.1]:{p}/", "http://[::1:{p}/", "http://::1:{p}/", "http://[::1]x:{p}/", "http://[]:{p}/", "http://[v1.x]:{p}/",
        // Ports.
        "http://127.0.0.1:0/", "http://127.0.0.1:65536/", "http://127.0.0.1:-{p}/", "http://127.0.0.1:+{p}/", "http://127.0.0.1:0{p}/", "http://127.0.0.1:{p}.0/", "http://127.0.0.1:99999999999/", "http://127.0.0.1:{p}:{p}/", "http://127.0.0.1::{p}/", "http://127.0.0.1:０{p}/",
        "HTTP://127.0.0.1:{p}/", "hTTp://LOCALHOST:{p}/", "https://127.0.0.1:{p}/", "https://localhost:{p}/", "https://[::1]:{p}/",
    ];

    /// <summary>All spellings, for a canary that listens on this port.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Loopbacks.Select(host => $"http://{host}:{{p}}/x"), .. Forbidden.SelectMany(host => new[] { $"http://{host}/latest/meta-data/", $"http://{host}:{{p}}/" }), .. Whole];

    public static IEnumerable<TheoryDataRow<int>> Rows() => Enumerable.Range(0, All.Count).Select(row => new TheoryDataRow<int>(row));

    public static string At(int row, int port) => All[row].Replace("{p}", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>True where the text can stand in a header line.</summary>
    public static bool FitsHeader(string link) => !link.AsSpan().ContainsAny('\r', '\n', '\0');

    public static byte[] Redirect(string location) =>
        Encoding.UTF8.GetBytes($"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}
