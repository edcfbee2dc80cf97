global using Torii.Client.Resources;
using Torii.Client.Services;
global using Torii.Client.Services;
global using Torii.Client.Resources;
