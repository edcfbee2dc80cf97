using System.Diagnostics;

namespace Torii.Client.Tests.Support;

/// <summary>Bounds the waits of a test.</summary>
internal static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>The task, or a failure when it does not end.</summary>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit);

    /// <inheritdoc cref="Soon{T}(Task{T})"/>
    public static Task Soon(this Task task) => task.WaitAsync(Limit);

    /// <summary>Waits until something that happens on another thread has happened.</summary>
    public static async Task Until(Func<bool> condition, string what)
    {
        long started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Limit, $"Waited in vain until {what}.");
            await Task.Delay(1);
        }
    }

    /// <summary>Gives what must not happen the time to happen.</summary>
    public static Task Settle() => Task.Delay(25);

    /// <summary>Runs it, and fails when a person would have noticed that it did not end at once.</summary>
    public static async Task AtOnce(Func<Task> end)
    {
        long started = Stopwatch.GetTimestamp();
        await end().Soon();
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }
}
