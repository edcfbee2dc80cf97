global using Torii.Client.Users;
