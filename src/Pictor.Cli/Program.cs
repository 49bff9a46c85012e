using Pictor.Cli;

using var interrupts = new Interrupts();
interrupts.Watch();
return await CommandLine.RunAsync(args, Surroundings.OfProcess(interrupts));
