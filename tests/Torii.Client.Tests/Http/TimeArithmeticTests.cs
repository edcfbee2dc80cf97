using Torii.Client.Http;

namespace Torii.Client.Tests.Http;

/// <summary>The arithmetic of waits and clocks, at its exact values.</summary>
public sealed class TimeArithmeticTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 16, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 0.25)]
    [InlineData(1, 0.5)]
    [InlineData(4, 4)]
    [InlineData(6, 16)]
    [InlineData(7, 20)]
    [InlineData(8, 20)]
    [InlineData(1000, 20)]
    public void The_delay_doubles_up_to_20_seconds_with_a_quarter_of_jitter(int attempt, double seconds)
    {
        Assert.Equal(seconds * 0.75, RetryRule.BackOff(attempt, 0).TotalSeconds, 6);
        Assert.Equal(seconds, RetryRule.BackOff(attempt, 0.5).TotalSeconds, 6);
        Assert.Equal(seconds * 1.25, RetryRule.BackOff(attempt, 1).TotalSeconds, 6);
    }

    [Fact]
    public void The_clock_of_the_service_is_unknown_before_the_first_response()
    {
        Assert.Null(new ServerClock().EarliestAt(Noon));
    }

    [Fact]
    public void The_clock_of_the_service_is_narrowed_by_each_response()
    {
        ServerClock clock = new();
        clock.Observe(Noon, Noon.AddSeconds(-0.4), Noon.AddSeconds(0.3));
        Assert.Equal(Noon.AddSeconds(-0.3), clock.EarliestAt(Noon));

        clock.Observe(Noon, Noon, Noon.AddSeconds(0.1));
        Assert.Equal(Noon.AddSeconds(-0.1), clock.EarliestAt(Noon));

        clock.Observe(Noon, Noon, Noon.AddSeconds(0.2));
        Assert.Equal(Noon.AddSeconds(-0.1), clock.EarliestAt(Noon));
    }

    /// <summary>A date is truncated to seconds, so the service's clock may be up to one second ahead of it, not more.</summary>
    [Theory]
    [InlineData(1.5, 1.5)]
    [InlineData(1.7, 1.7)]
    [InlineData(-0.05, -0.05)]
    [InlineData(-0.2, -0.1)]
    [InlineData(-1.05, -0.1)]
    [InlineData(-1.15, -1.15)]
    public void An_observation_outside_the_known_range_replaces_it(double earliestNow, double earliest)
    {
        ServerClock clock = new();
        // The service's clock is from 0.1 s behind ours to 1.6 s ahead.
        clock.Observe(Noon, Noon.AddSeconds(-0.6), Noon.AddSeconds(0.1));

        clock.Observe(Noon, Noon.AddSeconds(-earliestNow), Noon.AddSeconds(-earliestNow));
        Assert.Equal(Noon.AddSeconds(earliest), clock.EarliestAt(Noon));
    }
}
