BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    # Whatever can change something: a new cmdlet is covered on its first day. The origins of a command are one request
    # (AllowedOrigin.Tests.ps1), Invoke-ToriiRequest takes no rows (Request.Tests.ps1), and invitations are no users
    # (Invitation.Tests.ps1).
    $mutators = Get-Command -Module Torii -CommandType Cmdlet | Where-Object { $_.Parameters.ContainsKey('MaxAffected') -and $_.Parameters.ContainsKey('WhatIf') -and $_.Noun -notin 'ToriiAllowedOrigin', 'ToriiInvitation', 'ToriiRequest' } | ForEach-Object {
        # What torii lacks is tested against a real Better Auth server.
        @{ Command = $_.Name; IsElsewhere = $_.Noun -in 'ToriiUserPassword', 'ToriiPasswordReset', 'ToriiVerificationEmail' }
    }
    # Everything that takes a user's id and does not stand for sessions.
    $onUsers = $mutators | Where-Object { $p = (Get-Command $_.Command).Parameters; $p.ContainsKey('UserId') -and -not $p.ContainsKey('SessionId') }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/BetterAuth.psm1" -Force
    $emulator = Start-TestEmulator -Users 1400 -Contract 0.0.12
    # The connection that users are copied to.
    $destination = Start-TestEmulator -Users 20 -Contract 0.0.12 -Name destination -Additional
    $people = [Collections.Generic.Queue[object]]::new(@(Get-ToriiUser -Status active | Where-Object Email))
    $withoutBetterAuth = Get-BetterAuthSkipReason
    if (-not $withoutBetterAuth) {
        $server = Start-BetterAuth -Name elsewhere
        $strangers = [Collections.Generic.Queue[object]]::new(@(1..150 | ForEach-Object { New-BetterAuthUser "stranger$_" }))
    }
    $script:isElsewhere = $false
    $script:number = 0
    $actor = $people.Dequeue()
    # What a cmdlet needs besides its rows.
    function Get-More([string] $Command) {
        switch ($Command) {
            'Copy-ToriiUser' { @{ To = Get-ToriiConnection destination } }
            'Update-ToriiMetadata' { @{ Public = @{ a = 1 } } }
            'New-ToriiImpersonationToken' { @{ ActorUserId = $actor.UserId; Reason = 'Ticket 4821' } }
            default { @{} }
        }
    }
    # Rows that every mutating cmdlet finds what it needs in: somebody who is there, and what to make of somebody new.
    function Get-Row([int] $Count) {
        1..$Count | ForEach-Object {
            if ($script:isElsewhere) { return [pscustomobject]@{ UserId = $strangers.Dequeue().id; Password = "password-$(($script:number++))"; ConnectionName = 'elsewhere' } }
            [pscustomobject]@{ UserId = $people.Dequeue().UserId; Email = "mutator$(($script:number++))@example.com"; Locale = 'da' }
        }
    }
    # What a command changed, at whatever service: of a copy the creation, which is its first step.
    function Invoke-Change([scriptblock] $Script) {
        $there, $elsewhere = (Get-JournalEnd $destination), $(if ($server) { Get-BetterAuthJournalEnd })
        $run = Invoke-Watched $Script
        $copies = @(Get-Journal $there $destination | Where-Object operation -EQ createUser)
        $run.Mutations = @($run.Mutations; $copies; if ($server) { Get-BetterAuthJournal $elsewhere | Select-Mutation })
        $run
    }
    function Add-Delay([int] $Milliseconds) {
        Add-Fault @{ kind = 'slow'; delayMs = $Milliseconds }
        Add-Fault @{ kind = 'slow'; delayMs = $Milliseconds } $destination
        if ($server) { 'admin/set-user-password', 'request-password-reset', 'send-verification-email' | ForEach-Object { Add-BetterAuthFault @{ path = $_; times = 100; delayMs = $Milliseconds } } }
    }
}
AfterAll {
    if ($server) { Stop-BetterAuth }
    Stop-TestEmulator
}

Describe 'Every cmdlet that changes something' {
    BeforeEach {
        $script:isElsewhere = [bool]$IsElsewhere
        if ($IsElsewhere -and $withoutBetterAuth) { Set-ItResult -Skipped -Because $withoutBetterAuth }
    }
    AfterEach {
        Clear-Fault
        Clear-Fault $destination
        if ($server) { Clear-BetterAuth }
    }

    It '<Command> -MaxAffected 10 sends nothing for 11 targets, and all of 10' -ForEach $mutators {
        $rows = Get-Row 11
        $more = Get-More $Command
        $run = Invoke-Change { $rows | & $Command @more -MaxAffected 10 -Confirm:$false }
        $run.Requests | Should -BeNullOrEmpty
        $run.Mutations | Should -BeNullOrEmpty
        Assert-ToriiError $run.EndedBy Torii.TooManyAffected LimitsExceeded 'More than 10 targets (-MaxAffected); no request was sent. *'

        $run = Invoke-Change { $rows[0..9] | & $Command @more -MaxAffected 10 -Confirm:$false }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations | Should -HaveCount 10
    }

    It '<Command> counts no row that is refused anyway' -ForEach $onUsers {
        $rows = Get-Row 4
        $more = Get-More $Command
        $bad = [pscustomobject]@{ UserId = $rows[1].UserId; SessionId = '01931a74-8b00-7000-8000-000000000000'; Locale = 'da'; ConnectionName = $rows[1].PSObject.Properties['ConnectionName'] ? 'elsewhere' : 'default' }
        $run = Invoke-Change { $rows[0], $bad, $rows[2], $rows[3] | & $Command @more -MaxAffected 3 -Confirm:$false }
        $run.Mutations | Should -HaveCount 3
        # The journal of Better Auth has no bodies, and a copy has an id of its own.
        if (-not $IsElsewhere -and $Command -ne 'Copy-ToriiUser') { @($run.Mutations.userId | Sort-Object) | Should -Be @($rows[0, 2, 3].UserId | Sort-Object) }
        Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument
    }

    It '<Command> takes no session for its user: <Kind>' -ForEach @(
        foreach ($mutator in $onUsers) {
            @{ Command = $mutator.Command; Kind = 'live'; Make = { $args[0] } }
            @{ Command = $mutator.Command; Kind = 'deserialized'; Make = { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($args[0])) } }
            @{ Command = $mutator.Command; Kind = 'selected'; Make = { $args[0] | Select-Object UserId, CreatedAt } }
            @{ Command = $mutator.Command; Kind = 'CSV'; Make = { $args[0] | ConvertTo-Csv | ConvertFrom-Csv } }
            @{ Command = $mutator.Command; Kind = 'as the service returns it'; Make = { [pscustomobject]@{ id = $args[0].SessionId; userId = $args[0].UserId } } }
            @{ Command = $mutator.Command; Kind = 'a row with an empty SessionId'; Make = { [pscustomobject]@{ UserId = $args[0].UserId; SessionId = '' } } }
        }
    ) {
        $person = $people.Dequeue()
        $null = Invoke-Api POST /_emulator/sessions @{ userId = $person.UserId }
        $session = @($person | Get-ToriiSession)[0]
        $given = & $Make $session
        $more = $Command -eq 'Set-ToriiUser' ? @{ Locale = 'da' } : (Get-More $Command)
        $run = Invoke-Watched { $given | & $Command @more -Confirm:$false }
        $run.Mutations | Should -BeNullOrEmpty
        Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument
        $run = Invoke-Watched { & $Command $session @more -Confirm:$false }
        $run.Mutations | Should -BeNullOrEmpty
        $run.Errors | Should -HaveCount 1
    }

    It '<Command> sends all of them in the order of the input, one after the other, with -ThrottleLimit 1' -ForEach $mutators {
        Add-Delay 5
        $rows = Get-Row 6
        $more = Get-More $Command
        if ($IsElsewhere) { $more.PassThru = $true }
        $run = Invoke-Change { $rows | & $Command @more -ThrottleLimit 1 -Confirm:$false }
        $run.Errors | Should -BeNullOrEmpty
        Measure-Overlap $run.Mutations | Should -BeLessOrEqual 1
        if ($IsElsewhere) { $run.Output.UserId | Should -Be $rows.UserId }
        elseif ($Command -eq 'Copy-ToriiUser') { (Get-Body $run.Mutations).email | Should -Be (Get-ToriiUser $rows.UserId).Email }
        elseif ($run.Mutations[0].userId) { $run.Mutations.userId | Should -Be $rows.UserId }
        else { (Get-Body $run.Mutations).email | Should -Be $rows.Email }
    }

    It '<Command> has no more than -ThrottleLimit 3 under way, and 8 unless told' -ForEach ($mutators | Where-Object Command -NotIn Remove-ToriiUser, New-ToriiImpersonationToken) {
        Add-Delay 100
        $more = Get-More $Command
        Measure-Overlap (Invoke-Change { Get-Row 9 | & $Command @more -ThrottleLimit 3 -Confirm:$false }).Mutations | Should -BeIn 2, 3
        Measure-Overlap (Invoke-Change { Get-Row 17 | & $Command @more -Confirm:$false }).Mutations | Should -BeIn 4, 5, 6, 7, 8
    }
}

Describe 'A run that takes long' {
    It 'shows a progress bar that counts what is done and what failed, and takes it away' {
        Add-Fault @{ operation = 'banUser'; kind = 'slow'; delayMs = 260 }
        Add-Fault @{ operation = 'unbanUser'; kind = 'slow'; delayMs = 1 }
        $ids = @(1..6 | ForEach-Object { $people.Dequeue().UserId })
        $ids[2] = '01931a73-8b00-7000-8000-000000000000'
        $shell = New-Apart { param($Ids, $Connection) $Ids | Block-ToriiUser -Connection $Connection -ThrottleLimit 1 -ErrorAction SilentlyContinue; $Ids[0] | Unblock-ToriiUser -Connection $Connection } @{ Ids = $ids; Connection = Get-ToriiConnection default }
        try {
            $null = $shell.Invoke()
            $records = @($shell.Streams.Progress | Where-Object Activity -Like '*-ToriiUser')
            $records.Count | Should -BeGreaterThan 1
            # A short run shows none.
            @($records.Activity | Sort-Object -Unique) | Should -Be Block-ToriiUser
            $records[-1].RecordType | Should -Be Completed
            @($records | Where-Object RecordType -EQ Processing).StatusDescription | Should -Match '^[4-6] done, 1 failed'
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
            Clear-Fault
        }
    }
}
