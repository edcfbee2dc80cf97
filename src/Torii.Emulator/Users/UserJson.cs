using System.Text;
using System.Text.Json;
using Torii.Emulator.Contracts;
using Torii.Emulator.Http;
using Torii.Emulator.Store;

namespace Torii.Emulator.Users;

/// <summary>Writes a user; every member that the contract knows is there, null where there is nothing.</summary>
internal sealed class UserJson(ContractVersion contract, Guid environmentId)
{
    public byte[] Bytes(UserEntry user) => user.Json((entry, state) => JsonBytes.Write(json => Write(json, entry.Id, state)));

    /// <summary>A whole page, put together from users that are written already.</summary>
    public byte[] Page(IReadOnlyList<UserEntry> users, Guid? nextCursor)
    {
        var items = users.Select(Bytes).ToArray();
        var tail = nextCursor is { } cursor
            ? Encoding.UTF8.GetBytes($"],\"nextCursor\":\"{cursor}\",\"hasMore\":true}}")
            : "],\"nextCursor\":null,\"hasMore\":false}"u8.ToArray();
        var head = "{\"items\":["u8;
        var page = new byte[head.Length + items.Sum(item => item.Length) + Math.Max(0, items.Length - 1) + tail.Length];
        head.CopyTo(page);
        var position = head.Length;
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0)
            {
                page[position++] = (byte)',';
            }

            items[i].CopyTo(page, position);
            position += items[i].Length;
        }

        tail.CopyTo(page, position);
        return page;
    }

    private void Write(Utf8JsonWriter json, Guid id, UserState user)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("environmentId", environmentId);
        json.WriteString("name", user.Name);
        if (contract.HasNameParts)
        {
            json.WriteString("firstName", user.FirstName);
            json.WriteString("lastName", user.LastName);
            json.WriteString("locale", user.Locale);
        }
        else
        {
            json.WriteString("phone", user.Phone);
            json.WriteString("locale", user.Locale);
            json.WriteString("address", user.Address);
            json.WriteString("dateOfBirth", user.DateOfBirth?.ToString("O"));
        }

        json.WriteString("status", user.Status.WireName());
        json.WriteInstant("createdAt", user.CreatedAt);
        json.WriteInstant("updatedAt", user.UpdatedAt);
        json.WriteString("email", user.Email);
        if (contract.HasEmailVerifiedAt)
        {
            json.WriteInstant("emailVerifiedAt", user.EmailVerifiedAt);
        }

        json.WriteInstant("deletedAt", user.DeletedAt);
        if (contract.HasMetadata)
        {
            Bag(json, "publicMetadata", user.PublicMetadata);
            Bag(json, "privateMetadata", user.PrivateMetadata);
            Bag(json, "unsafeMetadata", user.UnsafeMetadata);
        }

        json.WriteEndObject();
    }

    private static void Bag(Utf8JsonWriter json, string name, Metadata bag)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(bag.Json, skipInputValidation: true);
    }
}
