using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration.Memory;
using Zhengtong.Bpmn.Interpreter;
using Zhengtong.Cases;
using Zhengtong.Content;
using Zhengtong.Decisions;
using Zhengtong.Design;
using Zhengtong.Designers;
using Zhengtong.Documents;
using Zhengtong.Forms;
using Zhengtong.Identity;
using Zhengtong.Kernel;
using Zhengtong.Licences;
using Zhengtong.Operations;
using Zhengtong.Processes;
using Zhengtong.Records;
using Zhengtong.Registers;
using Zhengtong.Services;
using Zhengtong.Web.Composition;
using Zhengtong.Web.Hosting;
using Zhengtong.Web.Pages.DesignSystem;

namespace Zhengtong.Web;

/// <summary>Puts the house together: one line for each room. The web host and the command line start from the same list.</summary>
public static class Platform
{
    /// <summary>Services of all parts, with workers only where <paramref name="withWorkers"/> says so.</summary>
    public static void AddPlatform(this WebApplicationBuilder builder, bool withWorkers)
    {
        var options = builder.Configuration.GetSection("Zhengtong").Get<PlatformOptions>() ?? new();
        var connection = builder.Configuration.GetConnectionString("Zhengtong")
            ?? throw new InvalidOperationException("ConnectionStrings:Zhengtong is not set; `zt run` starts a private database and sets it");
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddKernelConfiguration(builder.Configuration, options.DataFolder);
        // First of the hosted services: the others find their tables.
        services.AddSingleton<PlatformStart>();
        services.AddHostedService(s => s.GetRequiredService<PlatformStart>());
        services.AddHostedService<DemoGuard>();
        services.AddSingleton<IInstallationCheck, HostChecks>();
        services.AddHostedService<Draining>();
        services.AddKernel(connection);
        services.AddTelemetry(builder.Configuration);
        services.AddDesign(Path.Combine(WebRoot(builder.Environment), "dist", "manifest.json"));
        services.AddHttpContextAccessor();
        services.AddOptions<AntiforgeryOptions>().Configure<IHttpContextAccessor>((o, current) => o.Cookie = new FormCookie(current));
        services.AddIdentity(builder.Configuration);
        services.AddForms();
        services.AddServices();
        services.AddRegisters();
        services.AddDocuments(new(options.PublicUrl, options.Demo));
        services.AddLicences();
        services.AddOperations();
        services.AddDecisions();
        services.AddProcesses();
        services.AddSingleton<IWorkingCalendar, ProcessCalendar>();
        services.AddSingleton<IProcessDecisions, ProcessDecisions>();
        services.AddSingleton<IProcessOffice, ProcessOffice>();
        services.AddCases();
        services.AddRecords();
        services.AddDesigners(new()
        {
            // One administrator shows the whole way in a demonstration; anywhere else nobody publishes alone unless told otherwise.
            SecondPerson = builder.Configuration.GetValue<bool?>("Zhengtong:Configuration:SecondPerson") ?? !options.Demo,
        });
        services.AddContent(options.PublicUrl);

        if (withWorkers)
        {
            services.AddKernelWorkers();
            services.AddProcessWorkers();
            services.AddContentWorkers();
            services.AddRegisterWorkers();
        }
    }

    /// <summary>The pipeline and all routes.</summary>
    public static void UsePlatform(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<PlatformOptions>();
        app.UseTrustedProxies(options);
        app.UseSecurityHeaders();
        app.UseErrorPages();
        app.UseHostNames(options);
        app.UseThrottle();
        app.UseDistFiles();
        app.UseRouting();
        app.UseIdentity();
        app.UseShell();
        app.UseMiddleware<AccessMiddleware>();
        app.UseFormGuard();
        app.UseMiddleware<VisitorPages>();

        app.MapSecurityText();
        app.MapPreferences();
        app.MapDesignSystem(options);
        app.MapIdentity();
        app.MapRecords();
        app.MapServices();
        app.MapLicences();
        app.MapOperations();
        app.MapHealth();
        app.MapProcesses();
        app.MapCases();
        app.MapDesigners();
        app.MapDecisions();
        app.MapContent();
    }

    /// <summary>Everything that can be known wrong at the start is: options, the graph of services, limits of requests.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, WebRootPath = FindWebRoot() });
        // Below what the installation says: four lines for each request would cost more than most answers.
        builder.Configuration.Sources.Insert(
            0, new MemoryConfigurationSource { InitialData = [new("Logging:LogLevel:Microsoft.AspNetCore", "Warning")] });
        builder.Host.UseDefaultServiceProvider(o => (o.ValidateOnBuild, o.ValidateScopes) = (true, true));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.MaxRequestBodySize = 128L << 20;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(100, TimeSpan.FromSeconds(10));
        });
        builder.Services.Configure<FormOptions>(
            o => (o.ValueCountLimit, o.ValueLengthLimit, o.MultipartBodyLengthLimit) = (2000, 1 << 20, 64 << 20));
        return builder;
    }

    private static string WebRoot(IWebHostEnvironment environment) => environment.WebRootPath ?? "wwwroot";

    /// <summary>Beside the program in an installation; in the source tree where it is run from there.</summary>
    private static string? FindWebRoot()
    {
        var beside = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        if (Directory.Exists(Path.Combine(beside, "dist"))) { return beside; }
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var source = Path.Combine(folder.FullName, "src", "Web", "wwwroot");
            if (Directory.Exists(source)) { return source; }
        }
        return null;
    }
}
