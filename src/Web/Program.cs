using Zhengtong.Web;

var builder = Platform.CreateBuilder(args);
builder.AddPlatform(withWorkers: true);
var app = builder.Build();
app.UsePlatform();
await app.RunAsync();

/// <summary>The web node; tests start it in their own process.</summary>
public partial class Program;
