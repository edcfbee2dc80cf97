namespace Torii.Emulator.Organizations;

/// <summary>The operations on organizations and their members. An organization of another environment is unknown: 404.</summary>
internal sealed class OrganizationEndpoints(EmulatedEnvironment environment)
{
    private const string Path = "/api/server/v1/organizations";
    private const string OrganizationPath = Path + "/{organizationId}";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapOperation("listOrganizations", "GET", Path, List);
        routes.MapOperation("getOrganization", "GET", OrganizationPath, request => Reply.Json(200, Find(request)));
        routes.MapOperation("updateOrganizationMetadata", "PATCH", OrganizationPath + "/metadata", UpdateMetadata);
        routes.MapOperation("listMembers", "GET", OrganizationPath + "/members", ListMembers);
        routes.MapOperation("updateMemberMetadata", "PATCH", OrganizationPath + "/members/{memberUserId}/metadata", UpdateMemberMetadata);
        routes.MapOperation("listUserOrganizations", "GET", "/api/server/v1/users/{userId}/organizations", ListOfUser);
    }

    private Reply List(OperationRequest request)
    {
        string name = request.QueryText("name") ?? "";
        return Pager.Page(
            request,
            cursor => environment.Organizations.After(cursor).Where(organization => organization.Name.Contains(name, StringComparison.OrdinalIgnoreCase)),
            organization => organization.Id,
            JsonFormat.Bytes);
    }

    private Reply UpdateMetadata(OperationRequest request)
    {
        request.PathId("organizationId");
        BodyFields fields = request.Fields().WithBag();
        return Reply.Json(200, environment.Organizations.Change(Find(request).Id, organization => organization with
        {
            PublicMetadata = organization.PublicMetadata.MergeAlone(fields, "publicMetadata"),
            PrivateMetadata = organization.PrivateMetadata.MergeAlone(fields, "privateMetadata"),
        }));
    }

    private Reply ListMembers(OperationRequest request)
    {
        Organization organization = Find(request);
        return Pager.Page(
            request,
            cursor => environment.Users.After(cursor)
                .Select(entry => (entry.Id, Membership: entry.User.MembershipIn(organization.Id))).Where(member => member.Membership is not null),
            member => member.Id,
            member => Serialize(organization, member.Id, member.Membership!));
    }

    private Reply UpdateMemberMetadata(OperationRequest request)
    {
        Guid userId = request.PathId("memberUserId");
        request.PathId("organizationId");
        BodyFields fields = request.Fields().WithBag();
        Organization organization = Find(request);
        User? changed = environment.Users.Find(userId)?.Change(user => user.MembershipIn(organization.Id) is not { } membership ? null : user with
        {
            Memberships = [.. user.Memberships.Select(other => other != membership ? other : membership with
            {
                PublicMetadata = membership.PublicMetadata.MergeAlone(fields, "publicMetadata"),
                PrivateMetadata = membership.PrivateMetadata.MergeAlone(fields, "privateMetadata"),
            })],
        });
        return changed is not null
            ? Reply.JsonBytes(200, Serialize(organization, userId, changed.MembershipIn(organization.Id)!))
            : throw new RequestRefusedException(404, "membership_not_found", "The user is not a member of this organization.", "memberUserId");
    }

    private Reply ListOfUser(OperationRequest request)
    {
        User user = environment.FindAccessible(request.PathId("userId")).User;
        return Pager.Page(
            request,
            cursor => user.Memberships.Where(membership => cursor is null || membership.OrganizationId.CompareTo(cursor.Value) > 0),
            membership => membership.OrganizationId,
            membership =>
            {
                Organization organization = environment.Organizations.Find(membership.OrganizationId)!;
                return JsonFormat.Bytes(new
                {
                    membership.OrganizationId,
                    organization.Name,
                    organization.Slug,
                    membership.Role,
                    RoleName = organization.RoleName(membership.Role),
                    membership.PublicMetadata,
                    membership.PrivateMetadata,
                    membership.JoinedAt,
                });
            });
    }

    private Organization Find(OperationRequest request) =>
        environment.Organizations.Find(request.PathId("organizationId"))
        ?? throw new RequestRefusedException(404, "organization_not_found", "No organization of this environment has this id.", "organizationId");

    private static byte[] Serialize(Organization organization, Guid userId, Membership membership) => JsonFormat.Bytes(new
    {
        membership.OrganizationId,
        userId,
        membership.Role,
        RoleName = organization.RoleName(membership.Role),
        membership.PublicMetadata,
        membership.PrivateMetadata,
        membership.JoinedAt,
    });
}
