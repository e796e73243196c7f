using Microsoft.AspNetCore.Http.HttpResults;
using Zhengtong.Design;
using Zhengtong.Web.Hosting;
using Zhengtong.Web.Pages;

var builder = WebApplication.CreateBuilder(args);

builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddDesign(Path.Combine(builder.Environment.WebRootPath ?? "wwwroot", "dist", "manifest.json"));

var app = builder.Build();

app.UseSecurityHeaders();
app.UseDistFiles();
app.UseShell();
app.UseAntiforgery();

app.MapPreferences();
app.MapGet("/design", () => new RazorComponentResult<DesignPage>());
app.MapGet("/design/portal", () => new RazorComponentResult<DesignPortalPage>());

await app.RunAsync();
