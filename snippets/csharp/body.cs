// Verifies webhooks that sign the body alone: HMAC-SHA256 in lower-case hex. Nothing but .NET 8.
using System.Security.Cryptography;
using System.Text;

public static class Webhooks
{
    /// <summary>Whether body (the bytes as they came) was signed with the signing key.</summary>
    public static bool IsSigned(string signingKey, string? signature, byte[] body)
    {
        var digest = HMACSHA256.HashData(Encoding.UTF8.GetBytes(signingKey), body);
        var expected = Encoding.ASCII.GetBytes(Convert.ToHexString(digest).ToLowerInvariant());
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature ?? ""), expected);
    }
}

// Program.cs, ASP.NET Core: answer 2xx at once; do slow work afterwards.
// app.MapPost("/webhooks", async (HttpRequest request) =>
// {
//     using var buffer = new MemoryStream();
//     await request.Body.CopyToAsync(buffer);
//     var key = Environment.GetEnvironmentVariable("WEBHOOK_SECRET")!;
//     var signature = request.Headers["logto-signature-sha-256"];
//     var signed = Webhooks.IsSigned(key, signature, buffer.ToArray());
//     return signed ? Results.NoContent() : Results.BadRequest();
// });
