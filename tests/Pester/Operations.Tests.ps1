# Drives every operation of the server API through a cmdlet, and compares each request with the facts of the contract in
# Operations.psd1: method, path, query and the shape of the body.
BeforeDiscovery {
    $facts = Import-PowerShellDataFile "$PSScriptRoot/Operations.psd1"
    $operations = foreach ($operation in $facts.Operations) { $operation + @{ Prefix = $facts.Prefix } }
    # Each operation with every parameter that its cmdlet has for it. $user, $organization and $invitation are new ones.
    $calls = @{
        createUser = { New-ToriiUser "new$(New-Guid)@example.com" -Password 'correct horse battery' -FirstName Ada -LastName Lovelace -PublicMetadata @{ a = 1 } -PrivateMetadata @{ b = 2 } -UnsafeMetadata @{ c = 3 } }
        searchUsers = {
            Get-ToriiUser -Name '*a*' -Email '*@e*' -Status active, banned, deleted -CreatedAfter 2020-01-01 -CreatedBefore 2030-01-01 -First 3 -PageSize 2
            Get-ToriiUser -WithoutName -First 1
            $user.UserId, $actor.UserId | Get-ToriiUser
            Get-ToriiUser -EmailAddress $user.Email, $actor.Email
        }
        getUser = { Get-ToriiUser $user.UserId }
        updateUser = {
            $user | Set-ToriiUser -FirstName Grace -LastName Hopper -Locale da -UnsafeMetadata @{ step = 2 }
            $user | Set-ToriiUser -Clear FirstName, LastName, Locale
        }
        deleteUser = { New-ToriiUser "gone$(New-Guid)@example.com" | Remove-ToriiUser -Force }
        banUser = { $user | Block-ToriiUser }
        unbanUser = { $user | Unblock-ToriiUser }
        listSessions = { $user | Get-ToriiSession }
        revokeAllSessions = { $user | Revoke-ToriiSession }
        revokeSession = { $signedIn | Get-ToriiSession | Select-Object -First 1 | Revoke-ToriiSession }
        updateUserMetadata = { $user | Update-ToriiMetadata -Public @{ plan = 'pro' } -Private @{ crm = 1 } -Unsafe @{ step = $null } }
        mintImpersonationToken = {
            New-ToriiImpersonationToken -UserId $user.UserId -ActorUserId $actor.UserId -Reason 'Ticket 4821' -Force
            New-ToriiImpersonationToken -UserId $user.UserId -ActorUserId $actor.UserId -Reason 'Ticket 4822' -ExpiresInSec 60 -RedirectUrl "$origin/landing" -Force
        }
        listUserOrganizations = { $member | Get-ToriiMembership }
        listOrganizations = { Get-ToriiOrganization -Name "$($organization.Name)" -PageSize 1; Get-ToriiOrganization -First 2 }
        getOrganization = { Get-ToriiOrganization $organization.OrganizationId }
        listMembers = { $organization | Get-ToriiMembership; Get-ToriiUser -Organization $organization | Select-Object -First 2 }
        updateOrganizationMetadata = { $organization | Update-ToriiMetadata -Public @{ plan = 'enterprise' } -Private @{ seats = 10 } }
        updateMemberMetadata = { $organization | Get-ToriiMembership | Select-Object -First 1 | Update-ToriiMetadata -Public @{ seat = 'billable' } -Private @{ note = 'x' } }
        listInvitations = { Get-ToriiInvitation -Status PENDING, EXPIRED -Search 'a' -First 3 -PageSize 2 }
        createInvitation = {
            New-ToriiInvitation "guest$(New-Guid)@example.com"
            New-ToriiInvitation "guest$(New-Guid)@example.com" -ExpiresInDays 3 -RedirectUrl "$origin/join" -PublicMetadata @{ a = 1 } -PrivateMetadata @{ b = 2 }
        }
        getInvitation = { Get-ToriiInvitation $invitation.InvitationId }
        revokeInvitation = { New-ToriiInvitation "guest$(New-Guid)@example.com" | Revoke-ToriiInvitation }
        resendInvitation = { $invitation | Send-ToriiInvitation }
        updateInvitation = { $invitation | Update-ToriiMetadata -Public @{ a = 1 } -Private @{ b = $null } }
        listAllowedOrigins = { Get-ToriiAllowedOrigin }
        setAllowedOrigins = { Add-ToriiAllowedOrigin 'capacitor://localhost'; Remove-ToriiAllowedOrigin 'capacitor://localhost' -Confirm:$false; Set-ToriiAllowedOrigin (@($origin) + 'https://app.example.com') -Confirm:$false }
    }
    $driven = foreach ($operation in $operations) { $operation + @{ Call = $calls[$operation.Id] } }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $facts = Import-PowerShellDataFile "$PSScriptRoot/Operations.psd1"
    $emulator = Start-TestEmulator -Users 60 -Contract 0.0.13

    function ConvertTo-PathPattern([string] $Path) { "^$([regex]::Escape($facts.Prefix))$($Path -replace '\{\w+\}', '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')(\?|$)" }

    # The operation that a request belongs to.
    function Find-Operation($Request) {
        $facts.Operations | Where-Object { $_.Method -eq $Request.method -and $Request.path -cmatch (ConvertTo-PathPattern $_.Path) } | ForEach-Object Id
    }

    # What is wrong with a value; nothing for a good one.
    function Test-Shape([string] $Type, [Text.Json.JsonElement] $Value, [string] $Name) {
        $nullable = $Type.Contains('?')
        $Type = $Type.TrimEnd('!', '?')
        $kind = "$($Value.ValueKind)"
        if ($kind -eq 'Null') { if (-not $nullable) { "$Name is null" }; return }
        if ($Type.EndsWith('[]')) {
            if ($kind -ne 'Array') { return "$Name is $kind" }
            foreach ($item in $Value.EnumerateArray()) { Test-Shape $Type.Substring(0, $Type.Length - 2) $item "$Name[]" }
            return
        }
        $text = if ($kind -eq 'String') { $Value.GetString() }
        $fits = switch -Regex ($Type) {
            '^string$' { $kind -eq 'String'; break }
            '^uuid$' { $text -match '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'; break }
            '^instant$' { $text -match '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$'; break }
            '^object$' { $kind -eq 'Object'; break }
            '^enum\((.*)\)$' { $text -cin $Matches[1].Split('|'); break }
            '^int\((\d+)\.\.(\d+)\)$' { $number = 0L; $kind -eq 'Number' -and $Value.TryGetInt64([ref]$number) -and $number -ge [long]$Matches[1] -and $number -le [long]$Matches[2]; break }
            default { throw "Operations.psd1 has an unknown type: $Type" }
        }
        if (-not $fits) { "$Name is not $Type`: $($Value.GetRawText())" }
    }

    # What is wrong with the query and the body of a request; nothing for a good one.
    function Test-Request($Fact, $Request) {
        $query = [uri]::new([uri]'http://host', $Request.path).Query.TrimStart('?')
        foreach ($pair in $query.Split('&', [StringSplitOptions]::RemoveEmptyEntries)) {
            $name, $value = $pair.Split('=', 2) | ForEach-Object { [uri]::UnescapeDataString($_) }
            $type = if ($Fact.Query) { $Fact.Query[$name] }
            if (-not $type) { "the query has $name"; continue }
            $json = if ($type -like 'int*') { $value } else { ConvertTo-Json $value -Compress }
            Test-Shape $type ([Text.Json.JsonDocument]::Parse($json).RootElement) "the query's $name"
        }
        if (-not $Fact.Body) { if ($Request.body) { "the request has a body: $($Request.body)" }; return }
        if (-not $Request.body) { return 'the request has no body' }
        $body = [Text.Json.JsonDocument]::Parse($Request.body).RootElement
        foreach ($member in $body.EnumerateObject()) {
            $type = $Fact.Body[$member.Name]
            if (-not $type -or $member.Name -cnotin $Fact.Body.Keys) { "the body has $($member.Name)" } else { Test-Shape $type $member.Value $member.Name }
        }
        foreach ($required in $Fact.Body.Keys | Where-Object { $Fact.Body[$_].EndsWith('!') }) {
            $found = [Text.Json.JsonElement]::new()
            if (-not $body.TryGetProperty($required, [ref]$found)) { "the body has no $required" }
        }
    }
}
AfterAll { Stop-TestEmulator }

Describe 'The facts of the contract' {
    It 'are 26 operations, each with a cmdlet' -ForEach @(@{ Operations = $operations; Ids = $calls.Keys }) {
        $Operations | Should -HaveCount 26
        $Operations.Id | Select-Object -Unique | Should -HaveCount 26
        $Operations | ForEach-Object { "$($_.Method) $($_.Path)" } | Select-Object -Unique | Should -HaveCount 26
        $Ids | Sort-Object | Should -Be ($Operations.Id | Sort-Object)
    }

    It 'find a <Mistake>' -ForEach @(
        @{ Mistake = 'unknown member'; Path = '/users/{0}/metadata'; Id = 'updateUserMetadata'; Body = '{"plan":{}}'; Finding = 'the body has plan' }
        @{ Mistake = 'member in another case'; Path = '/users/{0}/metadata'; Id = 'updateUserMetadata'; Body = '{"PublicMetadata":{}}'; Finding = 'the body has PublicMetadata' }
        @{ Mistake = 'missing member'; Path = '/invitations'; Id = 'createInvitation'; Body = '{"email":"a@b.c","publicMetadata":{}}'; Finding = 'the body has no privateMetadata' }
        @{ Mistake = 'null that is not accepted'; Path = '/users/search'; Id = 'searchUsers'; Body = '{"statuses":null}'; Finding = 'statuses is null' }
        @{ Mistake = 'wrong type'; Path = '/users/search'; Id = 'searchUsers'; Body = '{"userIds":["ada"]}'; Finding = 'userIds`[`] is not uuid: "ada"' }
        @{ Mistake = 'number out of range'; Path = '/users/{0}/impersonation-token'; Id = 'mintImpersonationToken'; Body = '{"actorUserId":"01931a73-8b00-7000-8000-000000000000","reason":"r","expiresInSeconds":601}'; Finding = 'expiresInSeconds is not int(60..600): 601' }
        @{ Mistake = 'missing body'; Path = '/invitations'; Id = 'createInvitation'; Body = $null; Finding = 'the request has no body' }
        @{ Mistake = 'body that is not expected'; Path = '/users/{0}/ban'; Id = 'banUser'; Body = '{}'; Finding = 'the request has a body: {}' }
        @{ Mistake = 'unknown member of a query'; Path = '/organizations?page=2'; Id = 'listOrganizations'; Body = $null; Finding = 'the query has page' }
        @{ Mistake = 'wrong member of a query'; Path = '/invitations?status=pending'; Id = 'listInvitations'; Body = $null; Finding = "the query's status is not enum(*" }
    ) {
        $fact = $facts.Operations | Where-Object Id -EQ $Id
        Test-Request $fact @{ path = $facts.Prefix + ($Path -f '01931a73-8b00-7000-8000-000000000000'); body = $Body } | Should -BeLike $Finding
    }
}

Describe 'Operation <Id>' -ForEach $driven {
    BeforeAll {
        $origin = 'https://app.example.com'
        Set-ToriiAllowedOrigin $origin -Confirm:$false
        $user = New-ToriiUser "driven$(New-Guid)@example.com"
        $actor = New-ToriiUser "actor$(New-Guid)@example.com"
        $organization = Get-ToriiOrganization -First 1
        $member = $organization | Get-ToriiMembership | Select-Object -First 1 | Get-ToriiUser
        $signedIn = Get-ToriiUser -Status active | Where-Object { @($_ | Get-ToriiSession).Count } | Select-Object -First 1
        $invitation = New-ToriiInvitation "invited$(New-Guid)@example.com"
    }

    It 'is sent by a cmdlet and carried out by the emulator' {
        $run = Invoke-Watched $Call
        $run.Errors | Should -BeNullOrEmpty
        $run.Warnings | Should -BeNullOrEmpty
        $own = @($run.Requests | Where-Object { (Find-Operation $_) -eq $Id })
        $own.Count | Should -BeGreaterThan 0
        $own | ForEach-Object { $_.status | Should -BeIn 200, 201, 204 }
    }

    It 'has the shape of the contract in every request' {
        $run = Invoke-Watched $Call
        foreach ($request in $run.Requests) {
            $found = Find-Operation $request
            $found | Should -HaveCount 1 -Because "$($request.method) $($request.path) is an operation of the contract"
            Test-Request ($facts.Operations | Where-Object Id -EQ $found) $request | Should -BeNullOrEmpty -Because "$($request.method) $($request.path)"
        }
    }
}
