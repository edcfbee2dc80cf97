# Manners that every cmdlet has, whichever it is: read off Get-Command, so that a new one is covered on its first day.
# A cmdlet that needs a value which nobody here can think of fails, and its author adds the value to Get-SweepValue.
BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $ignored = [Management.Automation.Cmdlet]::CommonParameters + [Management.Automation.Cmdlet]::OptionalCommonParameters
    $commands = foreach ($command in Get-Command -Module Torii -CommandType Cmdlet) {
        $bases = for ($type = $command.ImplementingType; $type; $type = $type.BaseType) { $type.Name }
        $own = $command.Parameters.Values | Where-Object { $_.Name -notin $ignored }
        @{
            Command = $command.Name
            Verb = $command.Verb
            Own = @($own)
            # Tokens are checked against the issuer's keys, and minted by the emulator: not by the server API.
            IsService = 'ToriiConnectedCommand' -in $bases -and $command.Noun -notin 'ToriiToken', 'ToriiEmulatorToken'
            Noun = $command.Noun
            # What torii lacks is swept against a real Better Auth server.
            IsElsewhere = $command.Noun -in 'ToriiUserPassword', 'ToriiPasswordReset', 'ToriiVerificationEmail'
            IsMutator = $own.Count -gt 0 -and $command.Parameters.ContainsKey('WhatIf')
            TakesPipeline = @($own.ParameterSets.Values | Where-Object { $_.ValueFromPipeline -or $_.ValueFromPipelineByPropertyName }).Count -gt 0
            TakesRows = $own.Name -contains 'InputObject'
            TakesUserId = @($own | Where-Object { $_.Name -eq 'UserId' -and ($_.ParameterSets.Values.ValueFromPipeline -contains $true) }).Count -gt 0
        }
    }
    $parameters = foreach ($command in $commands) { $command.Own | ForEach-Object { @{ Command = $command.Command; Parameter = $_.Name; Type = $_.ParameterType; IsService = $command.IsService } } }
    # Whatever can be blank: texts, secrets, addresses, and objects that stand for one of these.
    $blankable = $parameters | Where-Object { $_.Parameter -ne 'InputObject' } | Where-Object {
        $value = $_.Type.IsArray ? $_.Type.GetElementType() : $_.Type
        $value -in [string], [object], [uri], [securestring] -or $value.IsSubclassOf([Torii.ToriiReference])
    }
    # A cursor is opaque.
    $ids = $parameters | Where-Object { $_.IsService -and $_.Parameter -like '*Id' }
    $dates = $parameters | Where-Object { $_.Type -ne [switch] } | Where-Object { $_.Type -in [Nullable[datetimeoffset]], [datetimeoffset], [Nullable[datetime]], [datetime] -or $_.Parameter -match 'Date|After$|Before$' }
    $limits = $parameters | Where-Object { $_.Type -in [int], [long], [Nullable[int]] -and $_.Parameter -in 'First', 'PageSize', 'MaxAffected', 'ThrottleLimit', 'Port' }
    $service = $commands | Where-Object IsService
    # What a test of a connection finds is its result.
    $reporting = $service | Where-Object Verb -NE Test
    $mutators = $service | Where-Object IsMutator
    $readers = $service | Where-Object { $_.Verb -eq 'Get' }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    Import-Module "$PSScriptRoot/BetterAuth.psm1" -Force
    # The newest contract: cmdlets for what older servers lack are swept too.
    $emulator = Start-TestEmulator -Users 500 -Contract 0.0.12
    # Some are there to be read; the others are used up, because there are cmdlets that delete.
    $people, $victims = @(Get-ToriiUser -Status active | Where-Object Email).Where({ $true }, 'Split', 200)
    $key = $emulator.GetSecretKey()
    # The connection that users are copied to.
    $destination = Start-TestEmulator -Users 20 -Contract 0.0.12 -Name destination -Additional
    $withoutBetterAuth = Get-BetterAuthSkipReason
    if (-not $withoutBetterAuth) {
        $server = Start-BetterAuth -Name elsewhere
        $strangers = @(1..40 | ForEach-Object { New-BetterAuthUser "stranger$_" })
    }
    # Whether the test under way is one of a cmdlet that torii lacks.
    $script:isElsewhere = $false
    $script:serial = 0

    # A value that the service would take.
    function Get-SweepValue($Name, [type] $Type) {
        switch -Wildcard ($Name) {
            'ActorUserId' { return $people[1].UserId }
            'InvitationId' { return (Invoke-Api POST /api/server/v1/invitations @{ email = "sweep$((++$script:serial))@example.com"; publicMetadata = @{}; privateMetadata = @{} }).id }
            'Reason' { return 'Sweep' }
            'UserId' { return $script:isElsewhere ? $strangers[++$script:serial % $strangers.Count].id : $victims[++$script:serial % $victims.Count].UserId }
            'Password' { return "password-$((++$script:serial))" }
            'To' { return Get-ToriiConnection destination }
            'BetterAuth' { return 'http://127.0.0.1:1' }
            'Credential' { return New-Credential sweep@example.com 'sweep-password' }
            'SessionToken' { return 'sweep-session-token' }
            'Email*' { return "sweep$((++$script:serial))@example.com" }
            '*Id' { return '01931a73-8b00-7000-8000-000000000000' }
            'Cursor' { return '01931a73-8b00-7000-8000-000000000000' }
            '*Name' { return 'Sweep' }
            'Path' { return "/api/server/v1/users/$($victims[++$script:serial % $victims.Count].UserId)" }
            'Origin' { return "https://sweep$((++$script:serial)).example.com" }
            'Organization' { return '01931a73-8b00-7000-8000-000000000000' }
            'Emulator' { return $emulator }
            'InputObject' { return $victims[++$script:serial % $victims.Count] }
            'Public' { return @{ sweep = ++$script:serial } }
            'Token' { return 'eyJhbGciOiJub25lIn0.e30.' }
            'Headers' { return @{ Authorization = 'Bearer eyJhbGciOiJub25lIn0.e30.' } }
        }
        throw "The sweep knows no value for -$Name ($Type): add one to Get-SweepValue."
    }

    # The mandatory parameters of the set that a parameter is in; without one, of the set that most would take.
    function Get-SweepArgument([string] $Command, [string] $Parameter, [string[]] $Without) {
        $info = Get-Command $Command
        $sets = $info.ParameterSets
        $set = if ($Parameter) { $sets | Where-Object { $_.Parameters.Name -contains $Parameter } | Sort-Object { -not $_.IsDefault } | Select-Object -First 1 }
        else { $sets | Sort-Object { -not $_.IsDefault } | Select-Object -First 1 }
        $arguments = @{}
        $set.Parameters | Where-Object { $_.IsMandatory -and $_.Name -ne $Parameter -and $_.Name -notin $Without } | ForEach-Object { $arguments[$_.Name] = Get-SweepValue $_.Name $_.ParameterType }
        # A target from the pipeline or by id, and at least one of several values, which the engine cannot express.
        if ($Command -eq 'Update-ToriiMetadata') {
            if ($set.IsDefault -and $Without -notcontains 'InputObject') { $arguments.InputObject = Get-SweepValue InputObject }
            if ($Parameter -ne 'Public') { $arguments.Public = Get-SweepValue Public }
        }
        # Required by torii, and not by every service.
        if ($Command -eq 'New-ToriiImpersonationToken') { 'ActorUserId', 'Reason' | Where-Object { $_ -ne $Parameter -and $_ -notin $Without } | ForEach-Object { $arguments[$_] = Get-SweepValue $_ } }
        # A row can have the password.
        if ($Command -eq 'Set-ToriiUserPassword' -and 'Password' -notin @($Parameter; $Without)) { $arguments.Password = Get-SweepValue Password }
        $arguments
    }

    # The same for a mutator, with something to change where nothing is mandatory.
    function Get-SweepChange([string] $Command) {
        $arguments = Get-SweepArgument $Command
        foreach ($name in 'Email', 'FirstName') { if ((Get-Command $Command).Parameters.ContainsKey($name)) { $arguments[$name] = Get-SweepValue $name } }
        if ($Command -eq 'Invoke-ToriiRequest') { $arguments.Method = 'PATCH'; $arguments.Body = '{"locale":"da"}' }
        # Only what is in the list can be removed from it.
        if ($Command -eq 'Remove-ToriiAllowedOrigin') { $arguments.Origin = 'https://remove.example.com' }
        $arguments
    }

    # The mandatory parameters that a row cannot give.
    function Get-SweepBeside([string] $Command) { Get-SweepArgument $Command '' @('InputObject', 'UserId', 'InvitationId', 'Emulator', 'SessionId', 'Token', 'Headers', 'Origin', 'Path', 'Password') }

    # Rows of which every mutator finds its own. A row that names an invitation names no user.
    function Get-SweepRow([int] $Count, [string] $Command) {
        $parameters = (Get-Command $Command).Parameters
        if ($parameters.ContainsKey('InvitationId') -and -not $parameters.ContainsKey('UserId')) { return 1..$Count | ForEach-Object { [pscustomobject]@{ InvitationId = Get-SweepValue InvitationId } } }
        1..$Count | ForEach-Object { [pscustomobject]@{ UserId = Get-SweepValue UserId; FirstName = "Sweep $_"; Email = Get-SweepValue Email; Origin = "https://row$_.example.com"; Password = Get-SweepValue Password } }
    }

    # The requests to every service that a cmdlet under test can reach.
    function Invoke-Sweep([scriptblock] $Script) {
        $there, $elsewhere = (Get-JournalEnd $destination), $(if ($server) { Get-BetterAuthJournalEnd })
        $run = Invoke-Watched $Script
        $run.Requests = @($run.Requests; Get-Journal $there $destination; if ($server) { Get-BetterAuthJournal $elsewhere })
        $run.Mutations = @($run.Requests | Select-Mutation | Where-Object operation -NE 'sign-in/email')
        $run
    }

    # Makes the first request of a cmdlet slow, whichever it is.
    function Add-Delay {
        if (-not $script:isElsewhere) { Add-Fault @{ operation = '*'; kind = 'slow'; delayMs = 60000 }; return }
        'admin/get-user', 'admin/set-user-password' | ForEach-Object { Add-BetterAuthFault @{ path = $_; delayMs = 60000 } }
    }

    # Without a host, so that -WhatIf says nothing to the person who runs the tests.
    function Invoke-Mutator([string] $Command, [hashtable] $Arguments, $Rows) {
        Invoke-Sweep {
            Invoke-Apart { param($Command, $Arguments, $Connection, $Rows) $(if ($null -ne $Rows) { $Rows | & $Command @Arguments -Connection $Connection } else { & $Command @Arguments -Connection $Connection }) } @{
                Command = $Command; Arguments = $Arguments; Connection = $connection; Rows = $Rows
            }
        }
    }
}
AfterAll {
    if ($server) { Stop-BetterAuth }
    Stop-TestEmulator
}

Describe 'Every cmdlet' {
    BeforeEach {
        # A failed Connect-Torii closes the connection, and every one if it may have named another.
        $open = (Get-ToriiConnection).Name
        if ($open -notcontains 'default') { Connect-Torii -SecretKey $key -ApiUrl $emulator.ApiUrl -MaxRetry 0 -SkipCheck }
        if ($open -notcontains 'destination') { Connect-Torii -SecretKey $destination.GetSecretKey() -ApiUrl $destination.ApiUrl -Name destination -MaxRetry 0 -SkipCheck }
        if ($server -and $open -notcontains 'elsewhere') { Connect-BetterAuth $server elsewhere }
        $connection = Get-ToriiConnection default
        $script:isElsewhere = $false
        if ($Noun -eq 'ToriiAllowedOrigin') { $null = Invoke-Api PUT /api/server/v1/allowed-origins @{ origins = 'https://remove', 'https://row1', 'https://row2', 'https://row3' -replace '$', '.example.com' } }
    }
    AfterEach {
        Clear-Fault
        if ($server) { Clear-BetterAuth }
    }

    Context 'takes nothing for nothing' {
        It '<Command> -<Parameter> refuses a blank value and sends nothing' -ForEach $blankable {
            $arguments = Get-SweepArgument $Command $Parameter
            $blanks = if ($Type.IsArray) { $null, '', '  ', @('') } else { $null, '', '  ' }
            foreach ($blank in $blanks) {
                $arguments[$Parameter] = $blank
                $run = Invoke-Watched { & $Command @arguments }
                $shown = $null -eq $blank ? '$null' : "'$blank' ($($blank.GetType().Name))"
                $run.Errors.Count | Should -BeGreaterThan 0 -Because "$shown is a mistake"
                $run.Output | Should -BeNullOrEmpty
                $run.Requests | Should -BeNullOrEmpty
            }
        }

        It '<Command> -<Parameter> refuses a limit of <Limit>' -ForEach @(
            foreach ($limit in $limits) {
                @{ Command = $limit.Command; Parameter = $limit.Parameter; Limit = '$null'; Value = $null }
                @{ Command = $limit.Command; Parameter = $limit.Parameter; Limit = -1; Value = -1 }
                # Port 0 is any free port.
                if ($limit.Parameter -ne 'Port') { @{ Command = $limit.Command; Parameter = $limit.Parameter; Limit = 0; Value = 0 } }
            }
        ) {
            $arguments = Get-SweepArgument $Command $Parameter
            $arguments[$Parameter] = $Value
            $run = Invoke-Watched { & $Command @arguments }
            Assert-ParameterError $run.EndedBy $Parameter
            $run.Requests | Should -BeNullOrEmpty
        }

        # Connect-Torii without an emulator is an error: FailedConnect.Tests.ps1.
        It '<Command> does nothing for an empty pipeline' -ForEach @($commands | Where-Object { $_.TakesPipeline -and $_.Command -ne 'Connect-Torii' }) {
            $arguments = Get-SweepBeside $Command
            if ($Noun -eq 'ToriiToken') { $arguments.Issuer = $emulator.Issuer }
            $before = (Get-ToriiConnection), (Get-ToriiEmulator)
            $run = Invoke-Watched { @() | & $Command @arguments }
            $run.Errors | Should -BeNullOrEmpty
            $run.Output | Should -BeNullOrEmpty
            $run.Requests | Should -BeNullOrEmpty
            (Get-ToriiConnection), (Get-ToriiEmulator) | Should -Be $before
        }

        It '<Command> reports <What> in the pipeline and sends nothing' -ForEach @(
            foreach ($command in $commands | Where-Object TakesPipeline) {
                @{ Command = $command.Command; What = 'null'; Object = $null }
                @{ Command = $command.Command; What = 'a row of blanks'; Object = [pscustomobject]@{ UserId = ''; SessionId = ' '; Name = ''; Email = ''; Port = '' } }
                @{ Command = $command.Command; What = 'a row of something else'; Object = [pscustomobject]@{ Colour = 'green' } }
            }
        ) {
            $emulators, $connections = (Get-ToriiEmulator), (Get-ToriiConnection)
            $run = Invoke-Watched { , $Object | & $Command }
            $run.Output | Should -BeNullOrEmpty
            $run.Requests | Should -BeNullOrEmpty
            $run.Errors.Count + $run.Warnings.Count | Should -BeGreaterThan 0 -Because 'the caller must learn that nothing was done'
            # A failed Connect-Torii closes the connection of its name.
            if ($Command -ne 'Connect-Torii') { Get-ToriiConnection | Should -Be $connections }
            Get-ToriiEmulator | Should -Be $emulators
        }
    }

    Context 'takes no value for another' {
        It '<Command> -<Parameter> refuses a value that is not an id and sends nothing' -ForEach $ids {
            $arguments = Get-SweepArgument $Command $Parameter
            foreach ($wrong in 'ada@example.com', '../..', '01931a73-8b00-7000-8000-00000000000g', '%2e%2e') {
                $arguments[$Parameter] = $wrong
                $run = Invoke-Watched { & $Command @arguments }
                $run.Errors | Should -HaveCount 1
                Assert-ToriiError $run.Errors[0] Torii.InvalidId InvalidArgument "*$wrong*"
                $run.EndedBy | Should -BeNullOrEmpty
                $run.Requests | Should -BeNullOrEmpty
            }
        }

        It '<Command> -<Parameter> refuses a date that is another day elsewhere (P6)' -ForEach $dates {
            $arguments = Get-SweepArgument $Command $Parameter
            foreach ($culture in 'en-US', 'da-DK') {
                $current = [cultureinfo]::CurrentCulture
                try {
                    [cultureinfo]::CurrentCulture = $culture
                    $arguments[$Parameter] = '03/04/2026'
                    $run = Invoke-Watched { & $Command @arguments }
                }
                finally { [cultureinfo]::CurrentCulture = $current }
                $run.Errors | Should -HaveCount 1
                "$($run.Errors[0])" | Should -BeLike '*03/04/2026*'
                $run.Requests | Should -BeNullOrEmpty
            }
        }
    }

    Context 'that talks to the service' {
        BeforeEach {
            if ($IsElsewhere) {
                if ($withoutBetterAuth) { Set-ItResult -Skipped -Because $withoutBetterAuth }
                $script:isElsewhere = $true
                $connection = Get-ToriiConnection elsewhere
            }
        }

        It '<Command> takes -Connection, and one that is not there ends it' -ForEach $service {
            $arguments = Get-SweepArgument $Command
            $run = Invoke-Sweep { & $Command @arguments -Connection nowhere }
            Assert-ToriiError $run.EndedBy Torii.NotConnected ConnectionError "*'nowhere'*"
            $run.Requests | Should -BeNullOrEmpty
        }

        It '<Command> returns from Ctrl+C within a second' -ForEach $service {
            # Some of the targets are created first.
            $arguments = $IsMutator ? (Get-SweepChange $Command) : (Get-SweepArgument $Command)
            if ($IsMutator) { $arguments.Confirm = $false }
            Add-Delay
            $since = $script:isElsewhere ? (Get-BetterAuthJournalEnd) : (Get-JournalEnd)
            $stop = Measure-Stop { param($Command, $Arguments, $Connection) & $Command @Arguments -Connection $Connection } @{ Command = $Command; Arguments = $arguments; Connection = $connection } -Once { ($script:isElsewhere ? (Get-BetterAuthJournalEnd) : (Get-JournalEnd)) -gt $since }
            $stop.ElapsedMs | Should -BeLessThan 1000
            $stop.State | Should -Be Stopped
        }

        It '<Command> shows the key in no stream, even when the service repeats it' -ForEach @($service | Where-Object { -not $_.IsElsewhere }) {
            $arguments = $IsMutator ? (Get-SweepChange $Command) : (Get-SweepArgument $Command)
            if ($IsMutator) { $arguments.Confirm = $false }
            # With -Debug alone, the engine asks at each warning.
            $text = & {
                & $Command @arguments -Verbose -Debug -WarningAction Continue
                Add-Fault @{ operation = '*'; kind = 'status'; status = 500; body = "{`"detail`":`"Bearer $key`",`"code`":`"$key`",`"supportId`":`"$key`"}" }
                & $Command @arguments -Verbose -Debug -WarningAction Continue
            } *>&1 | ForEach-Object { $_ | Format-List * -Force; $_.Exception | Format-List * -Force; "$_" } | Out-String -Width 1000
            $text | Should -BeLike '*/api/server/v1/*'
            $text | Should -BeLike '*`[redacted`]*'
            $text.Contains($key) | Should -BeFalse
        }

        It '<Command> shows neither a password nor a session token in a stream' -ForEach @($service | Where-Object IsElsewhere) {
            $arguments = (Get-SweepChange $Command) + @{ Connection = $connection; Confirm = $false }
            $secrets = @($server.Password, $server.Session.Split('.')[0]) + @(if ($arguments.Password) { $arguments.Password })
            $text = & {
                & $Command @arguments -Verbose -Debug
                $arguments.UserId = 'nobody'
                & $Command @arguments -Verbose -Debug
            } *>&1 | ForEach-Object { $_ | Format-List * -Force; $_.Exception | Format-List * -Force; "$_" } | Out-String -Width 1000
            $text | Should -BeLike '*POST /*: 200*'
            $text | Should -BeLike '*Torii.UserNotFound*'
            foreach ($secret in $secrets) { $text.Contains($secret) | Should -BeFalse }
        }

        It '<Command> sends the error of the service on, with id, category and advice' -ForEach $reporting {
            $arguments = $IsMutator ? (Get-SweepChange $Command) : (Get-SweepArgument $Command)
            if ($IsMutator) { $arguments.Confirm = $false }
            if ($IsElsewhere) {
                $arguments.UserId = 'nobody'
                $run = Invoke-Sweep { & $Command @arguments -Connection $connection }
                Assert-ToriiError $run.Errors[0] Torii.UserNotFound ObjectNotFound '*404*'
                return
            }
            # A status that leaves no doubt that nothing was done.
            Add-Fault @{ operation = '*'; kind = 'status'; status = 402 }
            $run = Invoke-Watched { & $Command @arguments }
            Assert-ToriiError $run.Errors[0] Torii.QuotaExceeded QuotaExceeded '*402*'
        }
    }

    Context 'that reads' {
        It '<Command> sends at most two requests for Select-Object -First 1' -ForEach @($readers | Where-Object { $_.Own.Name -contains 'PageSize' }) {
            $run = Invoke-Watched { & $Command -PageSize 1 | Select-Object -First 1 }
            $run.Output | Should -HaveCount 1
            $run.Requests.Count | Should -BeIn 1, 2
        }

        It '<Command> stops asking about the rest of the pipeline at Select-Object -First 1' -ForEach @($readers | Where-Object TakesUserId) {
            $owner = $people | Where-Object { @(Get-ToriiSession $_.UserId).Count } | Select-Object -First 1
            $run = Invoke-Watched { @($owner; $people) | & $Command | Select-Object -First 1 }
            $run.Output | Should -HaveCount 1
            # A few times the throttle may be under way by then, or what is looked up at once, not the whole input.
            $run.Requests.Count | Should -BeLessThan 110
        }
    }

    Context 'that changes something' {
        BeforeEach {
            if ($IsElsewhere) {
                if ($withoutBetterAuth) { Set-ItResult -Skipped -Because $withoutBetterAuth }
                $script:isElsewhere = $true
                $connection = Get-ToriiConnection elsewhere
            }
        }

        It '<Command> sends no mutating request with -WhatIf, and one without it' -ForEach $mutators {
            $arguments = Get-SweepChange $Command
            $run = Invoke-Mutator $Command ($arguments + @{ WhatIf = $true })
            $run.Mutations | Should -BeNullOrEmpty
            $run.Errors | Should -BeNullOrEmpty
            if ($TakesRows) {
                $run = Invoke-Mutator $Command ((Get-SweepBeside $Command) + @{ WhatIf = $true; Confirm = $false }) (Get-SweepRow 3 $Command)
                # What changes in a list is known after it was read.
                # Whether a user exists at the destination decides what is shown.
                if ($Command -ne 'Copy-ToriiUser') { $run.Requests | Where-Object operation -NE listAllowedOrigins | Should -BeNullOrEmpty }
                $run.Mutations | Should -BeNullOrEmpty
                $run.Output | Should -BeNullOrEmpty
                $run.Errors | Should -BeNullOrEmpty
            }
            $run = Invoke-Mutator $Command ($arguments + @{ Confirm = $false })
            $run.Mutations.Count | Should -BeGreaterThan 0 -Because 'otherwise -WhatIf proves nothing'
        }

        It '<Command> does not let -Force override -WhatIf' -ForEach @($mutators | Where-Object { $_.Own.Name -contains 'Force' }) {
            (Invoke-Mutator $Command ((Get-SweepChange $Command) + @{ WhatIf = $true; Force = $true })).Mutations | Should -BeNullOrEmpty
            (Invoke-Mutator $Command ((Get-SweepBeside $Command) + @{ WhatIf = $true; Force = $true; Confirm = $false }) (Get-SweepRow 3 $Command)).Mutations | Should -BeNullOrEmpty
        }

        It '<Command> asks with -Confirm, also beside -Force' -ForEach $mutators {
            $arguments = (Get-SweepChange $Command) + ((Get-Command $Command).Parameters.ContainsKey('Force') ? @{ Force = $true } : @{})
            # The host answers Yes.
            $run = Invoke-Sweep {
                Invoke-Recorded { param($Command, $Arguments, $Connection) & $Command @Arguments -Connection $Connection } @{
                    Command = $Command; Arguments = $arguments + @{ Confirm = $true }; Connection = $connection
                }
            }
            $run.Output[0].Errors | Should -BeNullOrEmpty
            @($run.Output[0].Lines -like 'prompt: *') | Should -HaveCount 1
            # A copy is created, and then gets what a creation does not take.
            @($run.Mutations | Where-Object { $Command -ne 'Copy-ToriiUser' -or $_.operation -eq 'createUser' }) | Should -HaveCount 1
        }

        It '<Command> refuses a piped user beside the id of another user' -ForEach @($mutators | Where-Object TakesUserId) {
            $arguments = Get-SweepChange $Command
            $one, $other = $IsElsewhere ? (Get-ToriiUser $strangers[0].id, $strangers[1].id -Connection elsewhere) : $people[0, 1]
            $arguments.UserId = $other.UserId
            $run = Invoke-Mutator $Command ($arguments + @{ Confirm = $false }) @($one)
            $run.Requests | Should -BeNullOrEmpty
            Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument
        }

        It '<Command> refuses a session row without a SessionId' -ForEach @($mutators | Where-Object TakesUserId) {
            foreach ($column in 'IpAddress', 'UserAgent', 'LastUsedAt', 'ExpiresAt') {
                $row = [pscustomobject]@{ UserId = $people[2].UserId; $column = 'x'; Name = 'Sweep' }
                $run = Invoke-Mutator $Command ((Get-SweepBeside $Command) + @{ Confirm = $false }) @($row)
                $run.Requests | Should -BeNullOrEmpty
                Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument '*This row was skipped.'
            }
        }

        It '<Command> acts on exactly the users of a CSV file' -ForEach @($mutators | Where-Object TakesUserId) {
            $chosen = @(Get-ToriiUser -Status active -Connection $connection | Where-Object { $_.Email -and $_.Role -ne 'admin' } | Select-Object -Skip ($IsElsewhere ? 10 : $people.Count) -First 3)
            $chosen | Should -HaveCount 3
            $chosen | Select-Object *, @{ Name = 'Password'; Expression = { Get-SweepValue Password } } | Export-Csv $TestDrive/sweep.csv
            $change = if ((Get-Command $Command).Parameters.ContainsKey('Locale')) { @{ Locale = 'da' } } else { @{} }
            $run = Invoke-Mutator $Command ((Get-SweepBeside $Command) + $change + @{ Confirm = $false }) @(Import-Csv $TestDrive/sweep.csv)
            $run.Errors | Should -BeNullOrEmpty
            # The journal of Better Auth has no bodies, which name the users there: what became of them shows who they were.
            $done = switch -Wildcard ($Command) {
                'Copy-*' { (Get-ToriiUser -EmailAddress $chosen.Email -Connection destination).PrivateMetadata.copiedFrom.userId }
                'Send-*' { $mails = @(Get-BetterAuthMail | Select-Object -Last $run.Mutations.Count).to; $strangers | Where-Object email -In $mails | ForEach-Object id }
                'Set-ToriiUserPassword' { Import-Csv $TestDrive/sweep.csv | Where-Object { Open-BetterAuthSession $_.Email $_.Password } | ForEach-Object UserId; $run.Mutations | Should -HaveCount 3 }
                default { $run.Mutations.userId }
            }
            @($done | Sort-Object) | Should -Be @($chosen.UserId | Sort-Object)
        }

        It '<Command> shows no password of a row in its error' -ForEach @($mutators | Where-Object TakesRows) {
            $word = 'Xyzzy-plugh-42'
            $row = Get-SweepRow 1 $Command | Select-Object * | Add-Member -NotePropertyName Password -NotePropertyValue $word -Force -PassThru
            if ($IsElsewhere) { $row.UserId = 'nobody' } else { Add-Fault @{ operation = '*'; kind = 'status'; status = 402 } }
            $beside = Get-SweepBeside $Command
            $run = Invoke-Sweep { $row | & $Command @beside -Connection $connection -Confirm:$false }
            if ($IsElsewhere) { Assert-ToriiError $run.Errors[0] Torii.UserNotFound ObjectNotFound } else { Assert-ToriiError $run.Errors[0] Torii.QuotaExceeded QuotaExceeded }
            $record = $run.Errors[0]
            $text = $record, $record.Exception, $record.TargetObject, $record.InvocationInfo, $record.InvocationInfo.BoundParameters |
                ForEach-Object { "$_"; $_ | Format-List * -Force; ConvertTo-Json $_ -Depth 3 -WarningAction Ignore } | Out-String -Width 1000
            $text | Should -BeLike ($IsElsewhere ? '*404*' : '*402*')
            $text.Contains($word) | Should -BeFalse
        }
    }
}
