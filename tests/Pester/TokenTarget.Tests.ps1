# What a verified token stands for in the pipeline: its session, its user, or nothing.
BeforeDiscovery {
    $onUsers = @(
        @{ Command = 'Set-ToriiUser'; Change = @{ Phone = '+45 12345678' } }
        @{ Command = 'Block-ToriiUser'; Change = @{} }
        @{ Command = 'Unblock-ToriiUser'; Change = @{} }
        @{ Command = 'Remove-ToriiUser'; Change = @{} }
    )
    $everywhere = $onUsers + @{ Command = 'Revoke-ToriiSession'; Change = @{} }
    $readers = @{ Command = 'Get-ToriiUser'; Change = @{} }, @{ Command = 'Get-ToriiSession'; Change = @{} }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulator = Start-TestEmulator -Users 120 -NoConnection
    $emulator | Connect-Torii -MaxRetry 0 -SkipCheck
    $people = [Collections.Generic.Queue[object]]::new(@(Get-ToriiUser -Status active))

    function Open-Session($User, [int] $Count = 1) { 1..$Count | ForEach-Object { (Invoke-Api POST /_emulator/sessions @{ userId = $User.UserId }).sessionId } }
    function Get-SessionId($User) { @((Invoke-Api GET "/api/server/v1/users/$($User.UserId)/sessions").id | Where-Object { $_ }) }
    function New-Token($User, $SessionId) { New-ToriiEmulatorToken $User.UserId -Claim @{ sid = $SessionId } }
    function Get-VerifiedToken($User, $SessionId) {
        $token = ConvertFrom-ToriiToken (New-Token $User $SessionId)
        if (-not $token.Verified) { throw 'The token was not verified.' }
        $token
    }
    function Copy-Object($Object) { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($Object, 4)) }
}
AfterAll {
    Clear-ToriiSigningKey
    Stop-TestEmulator
}

Describe 'A verified token with a session id' {
    It 'Revoke-ToriiSession revokes that session only' {
        $user = $people.Dequeue()
        $sessions = @(Open-Session $user 3)
        $before = Get-SessionId $user
        $token = Get-VerifiedToken $user $sessions[1]
        $run = Invoke-Watched { $token | Revoke-ToriiSession }
        $run.Errors | Should -BeNullOrEmpty
        $run.Requests.path | Should -Be "/api/server/v1/users/$($user.UserId)/sessions/$($sessions[1])"
        Get-SessionId $user | Should -Be @($before | Where-Object { $_ -ne $sessions[1] })
    }

    It 'ConvertFrom-ToriiToken | Revoke-ToriiSession ends the session of each token' {
        $users = 1..3 | ForEach-Object { $people.Dequeue() }
        $sessions = foreach ($user in $users) { @(Open-Session $user 2)[0] }
        $raw = 0..2 | ForEach-Object { New-Token $users[$_] $sessions[$_] }
        $run = Invoke-Watched { $raw | ConvertFrom-ToriiToken | Revoke-ToriiSession -ThrottleLimit 1 }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations.path | Should -Be @(0..2 | ForEach-Object { "/api/server/v1/users/$($users[$_].UserId)/sessions/$($sessions[$_])" })
    }

    It 'As an argument revokes that session or nothing' {
        $user = $people.Dequeue()
        $sessions = @(Open-Session $user 2)
        $token = Get-VerifiedToken $user $sessions[0]
        $run = Invoke-Watched { Revoke-ToriiSession $token }
        $run.Mutations.path | Where-Object { $_ -ne "/api/server/v1/users/$($user.UserId)/sessions/$($sessions[0])" } | Should -BeNullOrEmpty
        Get-SessionId $user | Should -Contain $sessions[1]
    }

    It 'A copy of the token from a file revokes that session or nothing' {
        $user = $people.Dequeue()
        $sessions = @(Open-Session $user 2)
        $copy = Copy-Object (Get-VerifiedToken $user $sessions[0])
        $run = Invoke-Watched { $copy | Revoke-ToriiSession }
        $run.Mutations.path | Where-Object { $_ -ne "/api/server/v1/users/$($user.UserId)/sessions/$($sessions[0])" } | Should -BeNullOrEmpty
        Get-SessionId $user | Should -Contain $sessions[1]
    }

    It 'Beside another -SessionId or another -UserId sends nothing' {
        $user, $other = $people.Dequeue(), $people.Dequeue()
        $sessions = @(Open-Session $user 2)
        $token = Get-VerifiedToken $user $sessions[0]
        foreach ($run in (Invoke-Watched { $token | Revoke-ToriiSession -SessionId $sessions[1] }), (Invoke-Watched { $token | Revoke-ToriiSession -UserId $other.UserId })) {
            $run.Requests | Should -BeNullOrEmpty
            Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument
        }
    }

    It 'Whose sid is <What> revokes nothing' -ForEach @{ What = 'not a UUID'; Sid = '../..' }, @{ What = 'a number'; Sid = 42 }, @{ What = 'empty'; Sid = '' }, @{ What = 'blank'; Sid = ' ' }, @{ What = 'a list'; Sid = @('a', 'b') } {
        $user = $people.Dequeue()
        $null = Open-Session $user 2
        $token = Get-VerifiedToken $user $Sid
        $run = Invoke-Watched { $token | Revoke-ToriiSession }
        $run.Requests | Should -BeNullOrEmpty
        $run.Errors | Should -HaveCount 1
        ($run.Errors[0].FullyQualifiedErrorId -split ',')[0] | Should -BeIn 'Torii.AmbiguousInput', 'Torii.InvalidId'
    }

    It '<Command> refuses it and sends nothing' -ForEach $onUsers {
        $user = $people.Dequeue()
        $session = Open-Session $user
        $token = Get-VerifiedToken $user $session
        foreach ($one in $token, (Copy-Object $token)) {
            $run = Invoke-Watched { $one | & $Command @Change -Confirm:$false }
            $run.Requests | Should -BeNullOrEmpty
            $run.Errors | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument
        }
    }

    It 'Get-ToriiUser returns its user' {
        $user = $people.Dequeue()
        $run = Invoke-Watched { Get-VerifiedToken $user (Open-Session $user) | Get-ToriiUser }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.UserId | Should -Be $user.UserId
    }

    It 'Get-ToriiUser leads from the token to every cmdlet that takes a user' {
        $user = $people.Dequeue()
        $token = Get-VerifiedToken $user (Open-Session $user)
        $run = Invoke-Watched { $token | Get-ToriiUser | Block-ToriiUser }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations.userId | Should -Be $user.UserId
    }
}

Describe 'A verified token without a session id' {
    It 'Revoke-ToriiSession refuses it and sends nothing' {
        $user = $people.Dequeue()
        $null = Open-Session $user 2
        $before = Get-SessionId $user
        $token = Get-VerifiedToken $user $null
        foreach ($one in $token, (Copy-Object $token)) {
            $run = Invoke-Watched { $one | Revoke-ToriiSession }
            $run.Requests | Should -BeNullOrEmpty
            $run.Errors | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument
        }
        Get-SessionId $user | Should -Be $before
    }

    It '<Command> acts on its user' -ForEach $onUsers {
        $user = $people.Dequeue()
        $token = Get-VerifiedToken $user $null
        $run = Invoke-Watched { $token | & $Command @Change -Confirm:$false }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations.userId | Should -Be $user.UserId
    }

    It 'Get-ToriiUser returns its user' {
        $user = $people.Dequeue()
        (Get-VerifiedToken $user $null | Get-ToriiUser).UserId | Should -Be $user.UserId
    }
}

Describe 'An unverified token' {
    It '<Command> refuses it and sends nothing' -ForEach @($everywhere + $readers + @{ Command = 'New-ToriiUser'; Change = @{} }) {
        $user = $people.Peek()
        $more = (Get-Command $Command).Parameters.ContainsKey('Confirm') ? @{ Confirm = $false } : @{}
        foreach ($sid in '01931a73-8b00-7000-8000-000000000000', $null) {
            $token = ConvertFrom-ToriiToken (New-Token $user $sid) -Unverified
            foreach ($one in $token, (Copy-Object $token)) {
                $run = Invoke-Watched { $one | & $Command @Change @more }
                $run.Requests | Should -BeNullOrEmpty
                $run.Output | Should -BeNullOrEmpty
                $run.Errors | Should -Not -BeNullOrEmpty
            }
        }
    }

    It '<Command> refuses it as an argument and sends nothing' -ForEach @($everywhere + $readers) {
        $token = ConvertFrom-ToriiToken (New-Token $people.Peek() $null) -Unverified
        $more = (Get-Command $Command).Parameters.ContainsKey('Confirm') ? @{ Confirm = $false } : @{}
        $run = Invoke-Watched { & $Command $token @Change @more }
        $run.Requests | Should -BeNullOrEmpty
        $run.Errors | Should -Not -BeNullOrEmpty
    }

    It '<Command> refuses it beside a script block that reads its claims' -ForEach $everywhere {
        $token = ConvertFrom-ToriiToken (New-Token $people.Peek() $null) -Unverified
        $run = Invoke-Watched { $token | & $Command -UserId { $_.Claims.sub } @Change -Confirm:$false }
        $run.Requests | Should -BeNullOrEmpty
        $run.Errors | Should -Not -BeNullOrEmpty
    }
}
