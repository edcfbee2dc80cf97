# The 26 operations of the torii server API, contract 0.0.13: method, path, operation id, the first contract that has it,
# the members of its query, and the shape of its body.
#
# A shape is a type: string, uuid, instant, origin, enum(a|b), int(least..most), object, or one of these with [] for a list
# and with ? where null is accepted. A member with ! is required. No other member is accepted.
@{
    Prefix = '/api/server/v1'
    Operations = @(
        @{ Id = 'createUser'; Method = 'POST'; Path = '/users'; Since = '0.0.2'
            Body = @{ email = 'string?'; password = 'string?'; firstName = 'string?'; lastName = 'string?'; publicMetadata = 'object'; privateMetadata = 'object'; unsafeMetadata = 'object' } }
        @{ Id = 'searchUsers'; Method = 'POST'; Path = '/users/search'; Since = '0.0.2'; Query = @{ limit = 'int(1..2147483647)'; cursor = 'uuid' }
            Body = @{ name = 'string?'; userIds = 'uuid[]'; emailAddresses = 'string[]'; email = 'string?'; statuses = 'enum(active|banned|deleted)[]'; createdAfter = 'instant?'; createdBefore = 'instant?'; organizationId = 'uuid?' } }
        @{ Id = 'getUser'; Method = 'GET'; Path = '/users/{userId}'; Since = '0.0.2' }
        @{ Id = 'updateUser'; Method = 'PATCH'; Path = '/users/{userId}'; Since = '0.0.2'
            Body = @{ firstName = 'string?'; lastName = 'string?'; locale = 'enum(en|da)?'; unsafeMetadata = 'object' } }
        @{ Id = 'deleteUser'; Method = 'DELETE'; Path = '/users/{userId}'; Since = '0.0.2' }
        @{ Id = 'banUser'; Method = 'POST'; Path = '/users/{userId}/ban'; Since = '0.0.2' }
        @{ Id = 'unbanUser'; Method = 'POST'; Path = '/users/{userId}/unban'; Since = '0.0.2' }
        @{ Id = 'listSessions'; Method = 'GET'; Path = '/users/{userId}/sessions'; Since = '0.0.2' }
        @{ Id = 'revokeAllSessions'; Method = 'DELETE'; Path = '/users/{userId}/sessions'; Since = '0.0.2' }
        @{ Id = 'revokeSession'; Method = 'DELETE'; Path = '/users/{userId}/sessions/{sessionId}'; Since = '0.0.2' }
        @{ Id = 'updateUserMetadata'; Method = 'PATCH'; Path = '/users/{userId}/metadata'; Since = '0.0.12'
            Body = @{ publicMetadata = 'object'; privateMetadata = 'object'; unsafeMetadata = 'object' } }
        @{ Id = 'mintImpersonationToken'; Method = 'POST'; Path = '/users/{userId}/impersonation-token'; Since = '0.0.12'
            Body = @{ actorUserId = 'uuid!'; reason = 'string!'; redirectUrl = 'string?'; expiresInSeconds = 'int(60..600)?' } }
        @{ Id = 'listUserOrganizations'; Method = 'GET'; Path = '/users/{userId}/organizations'; Since = '0.0.12'; Query = @{ limit = 'int(1..100)'; cursor = 'uuid' } }
        @{ Id = 'listOrganizations'; Method = 'GET'; Path = '/organizations'; Since = '0.0.12'; Query = @{ name = 'string'; limit = 'int(1..100)'; cursor = 'uuid' } }
        @{ Id = 'getOrganization'; Method = 'GET'; Path = '/organizations/{organizationId}'; Since = '0.0.12' }
        @{ Id = 'listMembers'; Method = 'GET'; Path = '/organizations/{organizationId}/members'; Since = '0.0.12'; Query = @{ limit = 'int(1..100)'; cursor = 'uuid' } }
        @{ Id = 'updateOrganizationMetadata'; Method = 'PATCH'; Path = '/organizations/{organizationId}/metadata'; Since = '0.0.12'
            Body = @{ publicMetadata = 'object'; privateMetadata = 'object' } }
        @{ Id = 'updateMemberMetadata'; Method = 'PATCH'; Path = '/organizations/{organizationId}/members/{memberUserId}/metadata'; Since = '0.0.12'
            Body = @{ publicMetadata = 'object'; privateMetadata = 'object' } }
        @{ Id = 'listInvitations'; Method = 'GET'; Path = '/invitations'; Since = '0.0.12'
            Query = @{ status = 'enum(PENDING|ACCEPTED|REVOKED|EXPIRED)'; search = 'string'; limit = 'int(1..2147483647)'; cursor = 'uuid' } }
        @{ Id = 'createInvitation'; Method = 'POST'; Path = '/invitations'; Since = '0.0.12'
            Body = @{ email = 'string!'; expiresInDays = 'int(1..2147483647)?'; redirectUrl = 'string?'; publicMetadata = 'object!'; privateMetadata = 'object!' } }
        @{ Id = 'getInvitation'; Method = 'GET'; Path = '/invitations/{invitationId}'; Since = '0.0.12' }
        @{ Id = 'revokeInvitation'; Method = 'DELETE'; Path = '/invitations/{invitationId}'; Since = '0.0.12' }
        @{ Id = 'resendInvitation'; Method = 'POST'; Path = '/invitations/{invitationId}/resend'; Since = '0.0.12' }
        @{ Id = 'updateInvitation'; Method = 'PATCH'; Path = '/invitations/{invitationId}'; Since = '0.0.13'
            Body = @{ publicMetadata = 'object'; privateMetadata = 'object' } }
        @{ Id = 'listAllowedOrigins'; Method = 'GET'; Path = '/allowed-origins'; Since = '0.0.12' }
        @{ Id = 'setAllowedOrigins'; Method = 'PUT'; Path = '/allowed-origins'; Since = '0.0.12'; Body = @{ origins = 'string[]!' } }
    )
}
