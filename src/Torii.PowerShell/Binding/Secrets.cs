using System.Net;
using System.Security;

namespace Torii.PowerShell.Binding;

/// <summary>Converts between SecureString and text.</summary>
internal static class Secrets
{
    public static SecureString Protect(string text) => new NetworkCredential("", text).SecurePassword;

    public static string Reveal(SecureString secret) => new NetworkCredential("", secret).Password;
}
