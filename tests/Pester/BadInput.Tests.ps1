BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulator = Start-TestEmulator -Users 40
    $key = $emulator.GetSecretKey()
    $url = $emulator.ApiUrl
    $everybody = @(Get-ToriiUser)
    $user = $everybody[0]

    function Connect-Patient($Retries) { Connect-Torii -SecretKey $key -ApiUrl $url -Name patient -MaxRetry $Retries -SkipCheck }
}
AfterAll { Stop-TestEmulator }

# Each of these is something that happens to people. Each ends in an error with a documented id, one clear sentence,
# and what to do; and nothing is lost or half done without being told.
Describe 'Bad input' {
    BeforeEach {
        # A failed Connect-Torii, and a test without a connection, leave none.
        if (-not (Get-ToriiConnection)) { Connect-Torii -SecretKey $key -ApiUrl $url -MaxRetry 0 -SkipCheck }
    }
    AfterEach {
        Clear-Fault
        Get-ToriiConnection | Where-Object Name -NE default | Disconnect-Torii
    }

    Context 'no connection' {
        It 'ends a command and sends nothing' {
            Disconnect-Torii
            $run = Invoke-Watched { '01931a73-8b00-7000-8000-000000000000', '01931a73-8b00-7000-8000-000000000001' | Revoke-ToriiSession }
            Assert-ToriiError $run.EndedBy Torii.NotConnected ConnectionError
            $run.EndedBy.ErrorDetails.RecommendedAction | Should -BeLike '*Connect-Torii*'
            $run.Errors | Should -HaveCount 1
            $run.Requests | Should -BeNullOrEmpty
        }

        It 'of that name ends the command at once, and says which names there are' {
            $run = Invoke-Watched { $everybody.UserId | Revoke-ToriiSession -Connection acme }
            Assert-ToriiError $run.EndedBy Torii.NotConnected ConnectionError "*'acme'*default*"
            $run.Requests | Should -BeNullOrEmpty
        }

        It 'A value of another type for -Connection is a parameter error' {
            Assert-ParameterError (Invoke-Watched { Get-ToriiUser -Connection 42 }).EndedBy Connection '*is not a connection*'
        }
    }

    Context 'a wrong key' {
        It 'ends Connect-Torii, names the hint and the address, and is not tried again' {
            $run = Invoke-Watched { Connect-Torii -SecretKey sk_test_wrongButWellFormed00000009f2c -ApiUrl $url -MaxRetry 5 }
            Assert-ToriiError $run.EndedBy Torii.Unauthorized AuthenticationError
            $run.EndedBy.Exception.StatusCode | Should -Be 401
            $run.EndedBy.ErrorDetails.RecommendedAction | Should -BeLike "*sk_test_…9f2c*$($emulator.Port)*"
            $run.Requests | Should -HaveCount 1
        }

        It 'The first 401 ends a bulk command after the errors of the targets that were sent' {
            Connect-Torii -SecretKey sk_test_wrongButWellFormed00000009f2c -ApiUrl $url -Name wrong -SkipCheck
            $run = Invoke-Watched { $everybody.UserId | Revoke-ToriiSession -Connection wrong -ThrottleLimit 2 }
            $run.Errors | ForEach-Object { Assert-ToriiError $_ Torii.Unauthorized AuthenticationError }
            Assert-ToriiError $run.EndedBy Torii.Unauthorized AuthenticationError
            $run.Mutations.Count | Should -BeLessOrEqual 3
            @($run.Errors.TargetObject | Where-Object { $_ } | Sort-Object -Unique) | Should -Be @($run.Mutations.userId | Sort-Object)
        }
    }

    Context 'nobody there' {
        It 'a server that is down is an error that says where nothing listens' {
            $port = Get-FreePort
            $run = Invoke-Watched { Connect-Torii -SecretKey $key -ApiUrl "http://127.0.0.1:$port" -MaxRetry 0 }
            Assert-ToriiError $run.EndedBy Torii.ConnectionFailed ConnectionError "*127.0.0.1:$port*"
            $run.EndedBy.ErrorDetails.RecommendedAction | Should -BeLike '*-ApiUrl*'
        }

        It 'a refused connection is tried once by Connect-Torii' {
            $verbose = try { Connect-Torii -SecretKey $key -ApiUrl "http://127.0.0.1:$(Get-FreePort)" -Verbose 4>&1 } catch { $_ }
            Assert-ToriiError $verbose[-1] Torii.ConnectionFailed ConnectionError '*no process listens*'
            @($verbose -match ': no response') | Should -HaveCount 1
        }

        It 'a server that goes down in the middle of a walk is an error that says where to go on' {
            $own = Start-TestEmulator -Users 30 -Name own -Additional
            $run = Invoke-Watched { Get-ToriiUser -Connection own -PageSize 5 | ForEach-Object { $n = 0 } { $_; if (++$n -eq 3) { Stop-ToriiEmulator -Port $own.Port } } }
            Assert-ToriiError $run.Errors[0] Torii.ConnectionFailed ConnectionError '*not complete*'
            # At most the page that was under way came through.
            $run.Output.Count | Should -BeIn 5, 10
            $run.Errors[0].ErrorDetails.RecommendedAction | Should -BeLike "*-Cursor '$($run.Output[-1].UserId)'*"
        }

        It 'A server that stops during a bulk run ends it after three connection failures in a row' {
            $own = Start-TestEmulator -Users 30 -Name own -Additional
            $theirs = @(Get-ToriiUser -Connection own)
            $run = Invoke-Watched { $theirs | ForEach-Object { $n = 0 } { if (++$n -eq 10) { Stop-ToriiEmulator -Port $own.Port }; $_ } | Revoke-ToriiSession -ThrottleLimit 1 -PassThru }
            $run.Errors | ForEach-Object { Assert-ToriiError $_ Torii.ConnectionFailed ConnectionError }
            Assert-ToriiError $run.EndedBy Torii.ConnectionFailed ConnectionError
            $failed = @($run.Errors.TargetObject | Where-Object { $_ } | ForEach-Object UserId | Get-Unique)
            $failed | Should -HaveCount 3
            @($run.Output.UserId; $failed) | Should -Be $theirs[0..($run.Output.Count + 2)].UserId
        }

        It 'a name that does not resolve is an error that says so' {
            $run = Invoke-Watched { Connect-Torii -SecretKey $key -ApiUrl https://no-such-host.invalid -MaxRetry 0 }
            Assert-ToriiError $run.EndedBy Torii.ConnectionFailed ConnectionError '*no-such-host.invalid*does not resolve*'
        }
    }

    Context 'a server that will not' {
        It '503 for ever is tried <Attempts> times with -MaxRetry <Retries>, and then an error that says so' -ForEach @(@{ Retries = 0; Attempts = 1 }, @{ Retries = 2; Attempts = 3 }) {
            Connect-Patient $Retries
            Add-Fault @{ operation = 'searchUsers'; kind = 'status'; status = 503; retryAfter = '0' }
            $run = Invoke-Watched { Get-ToriiUser -Connection patient }
            Assert-ToriiError $run.Errors[0] Torii.ServiceUnavailable ResourceUnavailable '*503*'
            $run.Requests | Should -HaveCount $Attempts
            $run.Errors[0].Exception.Attempts | Should -Be $Attempts
            if ($Retries) { "$($run.Errors[0])" | Should -BeLike "*$Attempts attempts*" }
        }

        It '503 once is not even noticed' {
            Connect-Patient 2
            Add-Fault @{ operation = 'searchUsers'; kind = 'status'; status = 503; retryAfter = '0'; times = 1; skip = 1 }
            $run = Invoke-Watched { Get-ToriiUser -Connection patient -PageSize 10 }
            $run.Errors | Should -BeNullOrEmpty
            $run.Output.UserId | Should -Be $everybody.UserId
        }

        It 'a wait between attempts is seen with -Verbose' {
            Connect-Patient 1
            Add-Fault @{ operation = 'searchUsers'; kind = 'status'; status = 503; times = 1 }
            $messages = Get-ToriiUser -Connection patient -First 1 -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] }
            "$messages" | Should -Match 'Waiting \d+\.\d s.*attempt 2.*503'
        }

        It '429 with a Retry-After beyond the maximum wait is an error at once that names the maximum' {
            Connect-Patient 4
            Add-Fault @{ operation = 'searchUsers'; kind = 'status'; status = 429; retryAfter = '3600' }
            $run = Invoke-Watched { Get-ToriiUser -Connection patient }
            Assert-ToriiError $run.Errors[0] Torii.TooManyRequests LimitsExceeded
            "$($run.Errors[0])" | Should -BeLike '*longer than 120 s*'
            $run.ElapsedMs | Should -BeLessThan 5000
        }

        # The whole table is in ErrorStatusTests of the client.
        It 'Status <Status> is <Id> with the detail, code and support id of the response' -ForEach @(
            @{ Status = 409; Id = 'Torii.Conflict'; Category = 'ResourceExists' }
            @{ Status = 418; Id = 'Torii.UnexpectedStatus'; Category = 'InvalidResult' }
        ) {
            Add-Fault @{ operation = 'revokeAllSessions'; kind = 'status'; status = $Status; body = '{"detail":"So it is.","code":"so_it_is","supportId":"sup-1"}' }
            $run = Invoke-Watched { $user | Revoke-ToriiSession }
            Assert-ToriiError $run.Errors[0] $Id $Category "*So it is*$Status*so_it_is*sup-1*"
            $run.Errors[0].Exception.StatusCode, $run.Errors[0].Exception.Code, $run.Errors[0].Exception.SupportId | Should -Be $Status, 'so_it_is', 'sup-1'
            $run.Errors[0].TargetObject.UserId | Should -Be $user.UserId
        }

        It 'an answer that does not come is a time-out' {
            Connect-Torii -SecretKey $key -ApiUrl $url -Name hasty -TimeoutSec 1 -MaxRetry 0 -SkipCheck
            Add-Fault @{ operation = 'searchUsers'; kind = 'slow'; delayMs = 30000 }
            Assert-ToriiError (Invoke-Watched { Get-ToriiUser -Connection hasty }).Errors[0] Torii.Timeout OperationTimeout '*1 s*'
        }
    }

    Context 'an answer that is none' {
        It 'Reports <What>, with the address to check' -ForEach @(
            @{ What = 'HTML instead of JSON'; Kind = 'html'; Like = '*HTML*' }
            @{ What = 'an empty body'; Kind = 'empty'; Like = '*empty*' }
            @{ What = 'JSON of another shape'; Kind = 'wrongShape'; Like = '*with JSON *not a response of torii.' }
            @{ What = 'ten megabytes of rubbish'; Kind = 'garbage'; Like = '*' }
        ) {
            foreach ($try in @{ Operation = 'searchUsers'; Do = { Get-ToriiUser } }, @{ Operation = 'listSessions'; Do = { $user | Get-ToriiSession } }) {
                Clear-Fault
                $body = if ($Kind -eq 'wrongShape') { @{ body = '{"items":{"a":1}}' } } else { @{} }
                Add-Fault (@{ operation = $try.Operation; kind = $Kind } + $body)
                $run = Invoke-Watched $try.Do
                $run.Output | Should -BeNullOrEmpty
                Assert-ToriiError $run.Errors[0] Torii.InvalidResponse InvalidResult $Like
                $run.Errors[0].ErrorDetails.RecommendedAction | Should -BeLike "*address ($("$url".TrimEnd('/')))*"
            }
        }

        It 'HTML instead of JSON is no proof of a key' {
            Add-Fault @{ operation = 'searchUsers'; kind = 'html' }
            Assert-ToriiError (Invoke-Watched { Connect-Torii -SecretKey $key -ApiUrl $url -Name portal }).EndedBy Torii.InvalidResponse InvalidResult
            Get-ToriiConnection portal* | Should -BeNullOrEmpty
        }

        It 'HTML instead of an empty answer is no proof that sessions were revoked' {
            Add-Fault @{ operation = 'revokeAllSessions'; kind = 'html' }
            $run = Invoke-Watched { $user | Revoke-ToriiSession -PassThru }
            $run.Output | Should -BeNullOrEmpty
            Assert-ToriiError $run.Errors[0] Torii.InvalidResponse InvalidResult
        }

        It 'a page cut off in the middle gives none of itself, and the error says where to go on' {
            Add-Fault @{ operation = 'searchUsers'; kind = 'truncate'; skip = 1; times = 1 }
            $run = Invoke-Watched { Get-ToriiUser -PageSize 10 }
            $run.Output.UserId | Should -Be $everybody[0..9].UserId
            $run.Errors | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] ($run.Errors[0].FullyQualifiedErrorId -split ',')[0] '' '*not complete*'
            ($run.Errors[0].FullyQualifiedErrorId -split ',')[0] | Should -BeIn 'Torii.ConnectionFailed', 'Torii.InvalidResponse'
            @(Get-ToriiUser -PageSize 10 -Cursor $run.Errors[0].Exception.Cursor).UserId | Should -Be $everybody[10..39].UserId
        }

        It 'a page cut off once is fetched again, and nobody comes twice' {
            Connect-Patient 1
            Add-Fault @{ operation = 'searchUsers'; kind = 'truncate'; skip = 1; times = 1 }
            @(Get-ToriiUser -PageSize 10 -Connection patient).UserId | Should -Be $everybody.UserId
        }

        It 'a connection cut after the work was done is tried again where that does no harm' {
            Connect-Patient 1
            Add-Fault @{ operation = 'revokeAllSessions'; kind = 'resetAfter'; times = 1 }
            $run = Invoke-Watched { Get-ToriiUser $user.UserId -Connection patient | Revoke-ToriiSession }
            $run.Errors | Should -BeNullOrEmpty
            $run.Mutations | Should -HaveCount 2
        }
    }

    Context 'values that are none' {
        It '-<Parameter> <Value> is a parameter error that shows how to write one' -ForEach @(
            @{ Parameter = 'CreatedAfter'; Value = 'last tuesday'; Like = '*2026-05-16*' }
            @{ Parameter = 'CreatedBefore'; Value = '2026-02-30'; Like = '*2026-05-16*' }
            @{ Parameter = 'First'; Value = 0; Like = '*' }
            @{ Parameter = 'First'; Value = -1; Like = '*' }
            @{ Parameter = 'PageSize'; Value = 0; Like = '*' }
        ) {
            $arguments = @{ $Parameter = $Value }
            $run = Invoke-Watched { Get-ToriiUser @arguments }
            Assert-ParameterError $run.EndedBy $Parameter $Like
            $run.Requests | Should -BeNullOrEmpty
        }

        It 'An email address for -UserId is an error of that target that names it' {
            $run = Invoke-Watched { Get-ToriiUser ada@example.com }
            Assert-ToriiError $run.Errors[0] Torii.InvalidId InvalidArgument "*'ada@example.com' is not a user id*"
            $run.EndedBy | Should -BeNullOrEmpty
            $run.Requests | Should -BeNullOrEmpty
        }

        It 'A status that the service does not have ends the command and lists the statuses' {
            $run = Invoke-Watched { Get-ToriiUser -Status baned }
            Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument "*'baned'*"
            $run.EndedBy.ErrorDetails.RecommendedAction | Should -BeLike '*active*banned*'
            $run.Requests | Should -BeNullOrEmpty
        }

        It 'A value that is not an id is an error of its own <How>, and the others go on' -ForEach @(
            @{ How = 'in a list'; Do = { Revoke-ToriiSession -UserId $args[0] } }
            @{ How = 'in the pipeline'; Do = { $args[0] | Revoke-ToriiSession } }
        ) {
            $run = Invoke-Watched { & $Do @($everybody[0].UserId, 'nonsense', $everybody[1].UserId) }
            $run.Errors | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] Torii.InvalidId InvalidArgument "*'nonsense'*"
            $run.EndedBy | Should -BeNullOrEmpty
            $run.Mutations.userId | Sort-Object | Should -Be $everybody[0, 1].UserId
        }

        It 'a throttle of nothing is refused' -ForEach @(@{ Limit = 0 }, @{ Limit = 1000 }) {
            Assert-ParameterError (Invoke-Watched { $user | Revoke-ToriiSession -ThrottleLimit $Limit }).EndedBy ThrottleLimit
        }
    }
}
