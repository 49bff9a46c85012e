using Pictor.FakeUpstreams;

var settings = new ConfigurationBuilder().AddCommandLine(args).Build();
var options = new FakeOptions
{
    Urls = settings["urls"]?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? ["http://127.0.0.1:5090", "http://127.0.0.1:5091"],
    RecordFile = settings["record"],
    Credential = settings["credential"] ?? FakeOptions.UsualCredential,
    PayloadBytes = settings.GetValue("payload", 0),
    TaskTime = TimeSpan.FromMilliseconds(settings.GetValue("task-ms", 0)),
};
await using var fake = await FakeUpstream.StartAsync(options);
Console.WriteLine($"Vendors at {fake.Address}, pictures at {fake.OtherAddress}: {string.Join(", ", Dialects.All.Select(dialect => dialect.Name))}");
await fake.WaitForEndAsync();
