global using Torii.Client.Resources;
global using Torii.Client.Services;
