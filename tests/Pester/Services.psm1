# The services that one suite tests alike: the emulator of torii, and a real Better Auth server. Everything that differs
# between them for a test is here; what a test reads or changes here, it does as another client than the module.
# Import Support.psm1 and BetterAuth.psm1 first.

$script:current = $null
$script:api = '/api/server/v1'

# The services for -ForEach, with the reason where one cannot run here. $Contract is that of the emulator.
function Get-TestService([string] $Contract = '0.0.3') {
    @{ Service = 'torii'; Contract = $Contract; Reason = $null }
    @{ Service = 'Better Auth'; Contract = $null; Reason = Get-BetterAuthSkipReason }
}

# Starts a service for a file, with a connection named default. $Users are those of an emulator with seeded users.
function Start-TestService([hashtable] $Service, [int] $Users = 0) {
    if ($Service.Reason) { return }
    $isTorii = $Service.Service -eq 'torii'
    $server = if ($isTorii) { Start-TestEmulator -Users $Users -Contract $Service.Contract } else { Start-BetterAuth }
    $script:current = [pscustomobject]@{
        IsTorii = $isTorii; Server = $server
        # An id that no object has.
        NoId = $isTorii ? '01931a73-8b00-7000-8000-000000000000' : 'NobodyHasThisId00000000000000000'
        # What an unknown user is where sessions are concerned: torii tells nobody whether one exists.
        NoOwner = $isTorii ? @{ Id = 'Torii.Forbidden'; Category = 'PermissionDenied' } : @{ Id = 'Torii.UserNotFound'; Category = 'ObjectNotFound' }
        # A field of a user that can be cleared, as a parameter and as a member of the service.
        Clearable = $isTorii ? 'Phone' : 'UserName'; ClearableMember = $isTorii ? 'phone' : 'username'; ClearableValue = $isTorii ? '+45 12345678' : 'some.name'
    }
    $script:current
}

function Stop-TestService {
    if ($script:current) { if ($script:current.IsTorii) { Stop-TestEmulator } else { Stop-BetterAuth } }
    Get-ToriiConnection | Disconnect-Torii
    $script:current = $null
}

# A further connection to the service.
function Connect-TestService([string] $Name, [hashtable] $With = @{}) {
    if (-not $script:current.IsTorii) { return Connect-BetterAuth -Name $Name -With $With }
    $arguments = @{ MaxRetry = 0 } + @{}
    $With.Keys | ForEach-Object { $arguments[$_] = $With[$_] }
    Connect-Torii -SecretKey $script:current.Server.GetSecretKey() -ApiUrl $script:current.Server.ApiUrl -Name $Name @arguments
}

# Removes what Add-TestFault added.
function Reset-TestService { if ($script:current.IsTorii) { Clear-Fault } elseif ($script:current) { Clear-BetterAuth } }

# Creates users with these names; their addresses are <name>@example.test. Returns their ids.
function Add-TestUser {
    param([Parameter(ValueFromPipeline)] [string] $Name, [string] $Email, [switch] $Banned, [string] $Password)
    process {
        # Not a default value, which is set before the pipeline gives the name.
        $address = $Email ? $Email : "$Name@example.test"
        if ($script:current.IsTorii) {
            $id = (Invoke-Api POST "$script:api/users" @{ email = $address; name = $Name }).id
            if ($Banned) { $null = Invoke-Api POST "$script:api/users/$id/ban" }
            return $id
        }
        (New-BetterAuthUser $Name @{ banned = [bool]$Banned } -Email $address -Password $Password).id
    }
}

# A user as the service has it, by id; nothing for one who is deleted. Its members are those of the service, and status.
function Get-TestUser([string] $UserId) {
    if ($script:current.IsTorii) {
        $user = try { Invoke-Api GET "$script:api/users/$UserId" } catch { return }
        return $user | Where-Object status -NE deleted
    }
    $answer = Send-BetterAuth "/api/auth/admin/get-user?id=$UserId"
    if ($answer.Status -eq 404) { return }
    $answer.Body | Add-Member status ($answer.Body.banned ? 'banned' : 'active') -PassThru
}

# All users who are not deleted.
function Get-TestTruth {
    if ($script:current.IsTorii) { return Get-Truth | Where-Object status -NE deleted }
    Get-BetterAuthTruth | ForEach-Object { $_ | Add-Member status ($_.banned ? 'banned' : 'active') -PassThru }
}

# Signs a user in so many times, as an end-user.
function Open-TestSession([string] $UserId, [int] $Count = 1) {
    $email = (Get-TestUser $UserId).email
    if (-not $script:current.IsTorii) { $null = Invoke-BetterAuth admin/set-user-password @{ userId = $UserId; newPassword = 'password-of-all' } }
    foreach ($null in 1..$Count) {
        if ($script:current.IsTorii) { $null = Invoke-Api POST /_emulator/sessions @{ userId = $UserId } }
        else { $null = Open-BetterAuthSession $email 'password-of-all' }
    }
}

# The ids of a user's sessions.
function Get-TestSessionId([string] $UserId) {
    if ($script:current.IsTorii) { return @(Invoke-Api GET "$script:api/users/$UserId/sessions" | ForEach-Object id) }
    @((Invoke-BetterAuth admin/list-user-sessions @{ userId = $UserId }).sessions | ForEach-Object id)
}

# The organizations that the connection may see: OrganizationId, Name, Slug, and Members with UserId and Role. There is
# one with a member, and one with several, whose name has a blank.
function Initialize-TestOrganization {
    if (-not $script:current.IsTorii) {
        $people = 'Mia', 'Max', 'Moe' | Add-TestUser
        foreach ($name in 'Solo', 'Nordlys A/S') {
            $id = (Invoke-BetterAuth organization/create @{ name = $name; slug = ($name -replace '\W').ToLowerInvariant() }).id
            if ($name -ne 'Solo') { $people | ForEach-Object { $null = Send-BetterAuth '/_test/member' @{ organizationId = $id; userId = $_; role = 'member' } } }
        }
    }
    $found = if ($script:current.IsTorii) { (Invoke-Api GET "$script:api/organizations?limit=100").items } else { Invoke-BetterAuth organization/list }
    foreach ($o in $found) {
        $members = if ($script:current.IsTorii) { (Invoke-Api GET "$script:api/organizations/$($o.id)/members?limit=100").items }
        else { (Invoke-BetterAuth "organization/list-members?organizationId=$($o.id)").members }
        [pscustomobject]@{ OrganizationId = $o.id; Name = $o.name; Slug = $o.slug; Members = @($members | Select-Object userId, role) }
    }
}

# Who is invited: id, email, status. $Arguments are the further parameters of New-ToriiInvitation.
function Get-TestInvitation([hashtable] $Arguments) {
    if ($script:current.IsTorii) { return @((Invoke-Api GET "$script:api/invitations?limit=1000").items) }
    @(Invoke-BetterAuth "organization/list-invitations?organizationId=$($Arguments.OrganizationId)")
}

# Requests since the one numbered $After.
function Get-TestJournal([long] $After = 0) { @($script:current.IsTorii ? (Get-Journal $After) : (Get-BetterAuthJournal $After)) }
function Get-TestJournalEnd { $script:current.IsTorii ? (Get-JournalEnd) : (Get-BetterAuthJournalEnd) }

# Requests that change something. Better Auth reads with some POST requests.
function Select-TestMutation {
    process {
        $reads = 'searchUsers', 'admin/list-user-sessions', 'is-username-available', 'sign-in/email', 'sign-out'
        if ($_.method -ne 'GET' -and $_.operation -notin $reads) { $_ }
    }
}

# Delays the next requests of an operation, by its name at each service, or loses the responses of requests that are executed.
function Add-TestFault {
    param([string] $Torii, [string] $BetterAuth, [int] $DelayMs, [switch] $Lose, [int] $Times = 1, [int] $Skip)
    if ($script:current.IsTorii) {
        $rule = @{ operation = $Torii; kind = $Lose ? 'resetAfter' : 'slow'; times = $Times; skip = $Skip }
        if ($DelayMs) { $rule.delayMs = $DelayMs }
        Add-Fault $rule
    }
    else { Add-BetterAuthFault @{ path = $BetterAuth; delayMs = $DelayMs; lose = [bool]$Lose; times = $Times; skip = $Skip } }
}

# Runs a script: output, errors, warnings, the error that ended it, the requests that it sent and those that change something.
# With $Apart, the arguments besides -Connection, it runs in a runspace of its own without a host, so that nothing is shown.
function Invoke-Observed([scriptblock] $Script, [hashtable] $Apart) {
    $before = Get-TestJournalEnd
    $run = Invoke-Watched $(if ($Apart) { { Invoke-Apart $Script ($Apart + @{ Connection = Get-ToriiConnection default }) } } else { $Script }) $null
    $run.Requests = Get-TestJournal $before
    $run.Mutations = @($run.Requests | Select-TestMutation)
    $run
}

# The forms in which an object comes back into a session.
function Convert-TestObject([string] $Form, $Objects) {
    switch ($Form) {
        'live' { $Objects }
        'deserialized' { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize(@($Objects))) }
        'selected' { $Objects | Select-Object * }
        'CSV' { $Objects | ConvertTo-Csv | ConvertFrom-Csv }
        'JSON' { $Objects | ConvertTo-Json -Depth 5 -AsArray | ConvertFrom-Json }
    }
}
