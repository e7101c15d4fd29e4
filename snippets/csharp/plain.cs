// Verifies webhooks with nothing but .NET 8.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

public static class Webhooks
{
    private const long ToleranceSeconds = 300;

    /// <summary>
    /// Whether body (the bytes as they came) was signed with secret and is not older than five
    /// minutes. secret is the endpoint's whsec_ secret; header gives a value by name.
    /// </summary>
    public static bool IsSigned(string secret, Func<string, string?> header, byte[] body, long nowSeconds)
    {
        var id = header("webhook-id");
        var timestamp = header("webhook-timestamp");
        var signatures = header("webhook-signature");
        if (string.IsNullOrEmpty(id) || timestamp is null || signatures is null) return false;
        if (!Regex.IsMatch(timestamp, @"\A[0-9]{1,12}\z")) return false;
        var seconds = long.Parse(timestamp, CultureInfo.InvariantCulture);
        if (Math.Abs(nowSeconds - seconds) > ToleranceSeconds) return false;
        var key = Convert.FromBase64String(secret.StartsWith("whsec_", StringComparison.Ordinal) ? secret[6..] : secret);
        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var expected = Encoding.ASCII.GetBytes("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, content)));
        // While a secret is being rolled there are several signatures: one that matches is enough.
        return signatures.Split(' ').Any(item =>
            CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(item), expected));
    }
}

// Program.cs, ASP.NET Core: answer 2xx at once; do slow work afterwards, once for each webhook-id.
// app.MapPost("/webhooks", async (HttpRequest request) =>
// {
//     using var buffer = new MemoryStream();
//     await request.Body.CopyToAsync(buffer);
//     var secret = Environment.GetEnvironmentVariable("WEBHOOK_SECRET")!;
//     var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
//     var signed = Webhooks.IsSigned(secret, name => request.Headers[name], buffer.ToArray(), now);
//     return signed ? Results.NoContent() : Results.BadRequest();
// });
