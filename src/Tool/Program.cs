using Zhengtong.Tool;

return await Commands.RunAsync(args);
