using Pictor;

return await Start.RunAsync(args);
