namespace Torii.Client.Tests.Support;

/// <summary>Tests that look at the time, or change something that all share: run one after the other, with nothing beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
