// Program.cs: a receiver with ASP.NET Core and the official library.
using System.Net;
using Svix;
using Svix.Exceptions;

var app = WebApplication.CreateBuilder(args).Build();
var webhook = new Webhook(Environment.GetEnvironmentVariable("WEBHOOK_SECRET")!);

app.MapPost("/webhooks", async (HttpRequest request) =>
{
    using var reader = new StreamReader(request.Body);
    var body = await reader.ReadToEndAsync(); // not a bound object: the signature is over this text
    var headers = new WebHeaderCollection();
    foreach (var (name, value) in request.Headers) headers.Set(name, value);
    try
    {
        webhook.Verify(body, headers);
        return Results.NoContent();
    }
    catch (WebhookVerificationException)
    {
        return Results.BadRequest();
    }
});

app.Run();
