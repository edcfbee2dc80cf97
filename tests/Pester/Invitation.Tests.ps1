# Invitations: each creation and each resend is an email, so none is sent twice; a revocation is confirmed.

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 200 -Contract 0.0.13
    $path = '/api/server/v1/invitations'
    $script:serial = 0
    $nobody = '01931a73-8b00-7000-8000-000000000000'
    function New-Address { "guest$((++$script:serial))@example.com" }
    # What the service has, as another program sees it.
    function Get-Stored($Id) { Invoke-Api GET "$path/$Id" }
    function Find-Stored([string] $Address) { @((Invoke-Api GET "${path}?limit=1000&search=$([uri]::EscapeDataString($Address))").items) }
    function Set-Setting([hashtable] $Settings = @{}) { $null = Invoke-Api PUT /_emulator/settings $Settings }
}
AfterAll { Stop-TestEmulator }

Describe 'Get-ToriiInvitation' {
    AfterEach { Clear-Fault }
    BeforeAll { $all = @((Invoke-Api GET "${path}?limit=1000").items) }

    It 'returns every invitation, page by page, each with its connection' {
        $run = Invoke-Watched { Get-ToriiInvitation -PageSize 7 }
        $run.Output.InvitationId | Should -Be $all.id
        $run.Output[0] | Should -BeOfType Torii.ToriiInvitation
        $run.Output.ConnectionName | Select-Object -Unique | Should -Be default
        $run.Requests.Count | Should -Be ([math]::Ceiling($all.Count / 7))
    }

    It 'requests no more than is wanted' {
        $run = Invoke-Watched { Get-ToriiInvitation -First 3 }
        $run.Output | Should -HaveCount 3
        $run.Requests.path | Should -Be "${path}?limit=3"
    }

    It 'filters by statuses in any case' {
        $run = Invoke-Watched { Get-ToriiInvitation -Status pending, Expired }
        $run.Output.InvitationId | Should -Be ($all | Where-Object status -In PENDING, EXPIRED).id
        $run.Requests.path | Should -Be "${path}?status=PENDING&status=EXPIRED&limit=100"
    }

    It 'filters by a part of the address in any case' {
        $some = $all | Where-Object email -Like '*.1*@invited.example'
        $run = Invoke-Watched { Get-ToriiInvitation -Search '1' }
        $run.Output.InvitationId | Should -Contain $some[0].id
        $run.Output | ForEach-Object { $_.Email | Should -BeLike '*1*' }
        (Get-ToriiInvitation -Search $all[0].email.ToUpperInvariant()).InvitationId | Should -Be $all[0].id
    }

    It 'names the statuses for one that does not exist, and sends nothing' {
        $run = Invoke-Watched { Get-ToriiInvitation -Status PENDING, open }
        Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument "*'open'*No request was sent."
        "$($run.EndedBy.ErrorDetails.RecommendedAction)" | Should -BeLike '*PENDING, ACCEPTED, REVOKED, EXPIRED*'
        $run.Requests | Should -BeNullOrEmpty
    }

    It 'ends with an error when the service ignores -<Filter>' -ForEach @(
        @{ Filter = 'Status'; Arguments = @{ Status = 'PENDING' } }
        @{ Filter = 'Search'; Arguments = @{ Search = 'invited.example' } }
    ) {
        Add-Fault @{ operation = 'listInvitations'; kind = 'ignoreFilter'; fields = @($Filter.ToLowerInvariant()) }
        $run = Invoke-Watched { Get-ToriiInvitation @Arguments }
        Assert-ToriiError $run.Errors[0] Torii.FilterIgnored InvalidResult
        $run.Output | Should -BeNullOrEmpty
    }

    It 'gets invitations by id in input order, with their metadata, and reports an unknown id' {
        $ids = $all[5].id, $nobody, $all[2].id
        $run = Invoke-Watched { Get-ToriiInvitation $ids }
        $run.Output.InvitationId | Should -Be $all[5].id, $all[2].id
        $run.Output | ForEach-Object { $null -ne $_.PublicMetadata | Should -BeTrue }
        Assert-ToriiError $run.Errors[0] Torii.InvitationNotFound ObjectNotFound "$nobody*"
    }

    It 'gets what an object, an id or a row of a CSV file names' {
        $found = @(Get-ToriiInvitation -First 2)
        $found | Export-Csv $TestDrive/invitations.csv
        (Import-Csv $TestDrive/invitations.csv | Get-ToriiInvitation).InvitationId | Should -Be $found.InvitationId
        ($found | Get-ToriiInvitation).InvitationId | Should -Be $found.InvitationId
        ($found.InvitationId | Get-ToriiInvitation).InvitationId | Should -Be $found.InvitationId
        ([pscustomobject]@{ Key = $found[0].InvitationId } | Get-ToriiInvitation -InvitationId { $_.Key }).InvitationId | Should -Be $found[0].InvitationId
    }

    It 'keeps what a CSV file and a clixml file hold' {
        $one = $all | Where-Object status -EQ PENDING | Select-Object -First 1 | ForEach-Object { Get-ToriiInvitation $_.id }
        $one | Export-Csv $TestDrive/one.csv
        $text = Get-Content $TestDrive/one.csv -Raw
        $text | Should -Not -Match 'System\.|Torii\.'
        $row = Import-Csv $TestDrive/one.csv
        foreach ($name in 'InvitationId', 'Email', 'Status', 'EnvironmentId') { $row.$name | Should -Be $one.$name }
        $row.PrivateMetadata | Should -Be "$($one.PrivateMetadata)"
        $one | Export-Clixml $TestDrive/one.xml
        (Import-Clixml $TestDrive/one.xml | Get-ToriiInvitation).InvitationId | Should -Be $one.InvitationId
    }

    It 'completes the statuses of the service' {
        $line = 'Get-ToriiInvitation -Status '
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be PENDING, ACCEPTED, REVOKED, EXPIRED
        $line = 'Get-ToriiInvitation -Status re'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be REVOKED
    }

    It 'shows a table of 80 columns, one line each, with the ids whole' {
        $found = @(Get-ToriiInvitation)
        $lines = ($found | Out-String -Width 80) -split '\r?\n'
        ($lines | ForEach-Object { ($_ -replace "$([char]27)\[[0-9;]*m").Length } | Measure-Object -Maximum).Maximum | Should -BeLessOrEqual 80
        foreach ($invitation in $found) { @($lines -like "*$($invitation.InvitationId)*$($invitation.Status)*").Count | Should -Be 1 }
    }

    It 'shows everything in a list' {
        $one = Get-ToriiInvitation $all[0].id
        $text = $one | Format-List | Out-String -Width 200
        foreach ($property in $one.PSObject.Properties | Where-Object { $null -ne $_.Value -and $_.Name -notin 'Id', 'AdditionalProperties' }) {
            $text | Should -Match "(?m)^(\e\[[0-9;]*m)?$($property.Name)\s+:"
        }
    }
}

Describe 'New-ToriiInvitation' {
    AfterEach { Clear-Fault; Set-Setting }

    It 'creates an invitation from parameters and returns it with its metadata' {
        $address = New-Address
        $run = Invoke-Watched { New-ToriiInvitation $address -ExpiresInDays 3 -RedirectUrl https://app.example.com/join -PublicMetadata @{ plan = 'pro' } -PrivateMetadata '{"crm":{"id":7}}' }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -HaveCount 1
        $run.Output[0].Email, $run.Output[0].Status | Should -Be $address, PENDING
        ($run.Output[0].ExpiresAt - $run.Output[0].CreatedAt).TotalDays | Should -Be 3
        $stored = Get-Stored $run.Output[0].InvitationId
        $stored.publicMetadata.plan, $stored.privateMetadata.crm.id | Should -Be pro, 7
        @(Get-Body $run.Mutations)[0].redirectUrl | Should -Be https://app.example.com/join
    }

    It 'sends both bags also when they are empty, and requests nothing else' {
        $run = Invoke-Watched { New-ToriiInvitation (New-Address) }
        $run.Requests | Should -HaveCount 1
        $body = @(Get-Body $run.Requests)[0]
        $body.publicMetadata.Count, $body.privateMetadata.Count | Should -Be 0, 0
        $body.Keys | Sort-Object | Should -Be email, privateMetadata, publicMetadata
    }

    It 'creates one invitation for each row of a CSV file; a row that fails names itself' {
        $one, $two = (New-Address), (New-Address)
        Set-Content $TestDrive/new.csv 'Email,ExpiresInDays,PublicMetadata', "$one,,", 'ada@example.com,7,', "$two,30,`"{`"`"plan`"`":`"`"pro`"`"}`"", ',7,', "x$one,soon,"
        $run = Invoke-Watched { Import-Csv $TestDrive/new.csv | New-ToriiInvitation -ThrottleLimit 1 }
        $run.Output.Email | Should -Be $one, $two
        $run.Errors | Should -HaveCount 3
        Assert-ToriiError $run.Errors[0] Torii.Conflict ResourceExists 'ada@example.com, row 2:*email_already_exists*The change was not made.'
        Assert-ToriiError $run.Errors[1] Torii.InvalidRequest InvalidArgument 'row 4: There is no email address to invite.*'
        Assert-ToriiError $run.Errors[2] Torii.InvalidRequest InvalidArgument "x$one, row 5: ExpiresInDays: 'soon' is not a whole number of at least 1.*"
        $run.Errors[0].TargetObject.Email | Should -Be ada@example.com
        (Get-Stored $run.Output[1].InvitationId).publicMetadata.plan | Should -Be pro
        $run.Mutations | Should -HaveCount 3
    }

    It 'does not take the value <Value> for a number of days' -ForEach @(@{ Value = '-3' }, @{ Value = '0' }, @{ Value = 2.5 }, @{ Value = '1e3' }, @{ Value = , 3 }, @{ Value = '3000000000' }) {
        $run = Invoke-Watched { New-ToriiInvitation (New-Address) -ExpiresInDays $Value }
        Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument '*ExpiresInDays*'
        $run.Requests | Should -BeNullOrEmpty
    }

    It 'refuses a column that looks like Email' {
        $run = Invoke-Watched { [pscustomobject]@{ EmailAddress = New-Address } | New-ToriiInvitation }
        Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument "*'EmailAddress'*"
        $run.Requests | Should -BeNullOrEmpty
    }

    It 'sends one email when the response is lost by <Kind>' -ForEach @(
        @{ Kind = 'resetAfter' }, @{ Kind = 'truncate' }, @{ Kind = 'html' }, @{ Kind = 'empty' }, @{ Kind = 'status' }
    ) {
        $address = New-Address
        Connect-Torii -SecretKey $emulator.GetSecretKey() -ApiUrl $emulator.ApiUrl -Name retrying -MaxRetry 5
        Add-Fault @{ operation = 'createInvitation'; kind = $Kind; executes = $true; times = 1 }
        $run = Invoke-Watched { New-ToriiInvitation $address -Connection retrying }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.InvitationId | Should -Be (Find-Stored $address).id
        $run.Mutations | Should -HaveCount 1
    }

    It 'never takes an invitation that existed before for the new one' {
        $address = New-Address
        $null = New-ToriiInvitation $address
        Add-Fault @{ operation = 'createInvitation'; kind = 'reset'; times = 1 }
        $run = Invoke-Watched { New-ToriiInvitation $address }
        $run.Output | Should -BeNullOrEmpty
        Assert-ToriiError $run.Errors[0] Torii.ConnectionFailed ConnectionError
        $run.Errors[0].Exception.MayHaveBeenExecuted | Should -BeTrue
        Find-Stored $address | Should -HaveCount 1
    }

    It 'does not know the outcome when the look-up fails too' {
        $address = New-Address
        Add-Fault @{ operation = 'createInvitation'; kind = 'resetAfter'; times = 1 }
        Add-Fault @{ operation = 'listInvitations'; kind = 'status'; status = 500 }
        $run = Invoke-Watched { New-ToriiInvitation $address }
        Assert-ToriiError $run.Errors[0] Torii.OutcomeUnknown InvalidResult "$address*"
        "$($run.Errors[0].ErrorDetails.RecommendedAction)" | Should -BeLike "*Get-ToriiInvitation -Search '$address'*"
    }

    It 'reports an exhausted limit of invitations as such' {
        Set-Setting @{ invitations = 1 }
        $one, $two = (New-Address), (New-Address)
        $run = Invoke-Watched { [pscustomobject]@{ Email = $one }, [pscustomobject]@{ Email = $two } | New-ToriiInvitation -ThrottleLimit 1 }
        $run.Output.Email | Should -Be $one
        Assert-ToriiError $run.Errors[0] Torii.TooManyRequests LimitsExceeded "$two, row 2:*invitation*The change was not made."
        "$($run.Errors[0].ErrorDetails.RecommendedAction)" | Should -BeLike '*limits its invitation*'
    }

    It 'names the missing sign-up URL' {
        Set-Setting @{ signUpUrlMissing = $true }
        $run = Invoke-Watched { New-ToriiInvitation (New-Address) }
        Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument '*sign-up URL*'
        "$($run.Errors[0].ErrorDetails.RecommendedAction)" | Should -BeLike '*dashboard*'
    }

    It 'reports <Field> that the service did not store, and the invitation' -ForEach @(
        @{ Field = 'privateMetadata'; Arguments = @{ PrivateMetadata = @{ crm = 7 } } }
        @{ Field = 'expiresInDays'; Arguments = @{ ExpiresInDays = 30 } }
    ) {
        Add-Fault @{ operation = 'createInvitation'; kind = 'ignoreFilter'; fields = @($Field) }
        $run = Invoke-Watched { New-ToriiInvitation (New-Address) @Arguments }
        Assert-ToriiError $run.Errors[0] Torii.FieldNotApplied InvalidResult "*did not store: $Field.*"
        $run.Output | Should -HaveCount 1
        $run.Output[0] | Should -BeOfType Torii.ToriiInvitation
    }

    It 'shows the values with -WhatIf and sends nothing' {
        $since = Get-JournalEnd
        $recorded = Invoke-Recorded { param($Connection) New-ToriiInvitation guest@example.com -PublicMetadata @{ plan = 'pro' } -WhatIf -Connection $Connection } @{ Connection = Get-ToriiConnection default }
        $recorded.Lines -join "`n" | Should -BeLike '*"plan":"pro"*guest@example.com in default (test, 127.0.0.1:*'
        Get-Journal $since | Should -BeNullOrEmpty
    }

    It 'sends nothing when there are more rows than -MaxAffected' {
        $run = Invoke-Watched { 1..3 | ForEach-Object { [pscustomobject]@{ Email = New-Address } } | New-ToriiInvitation -MaxAffected 2 }
        Assert-ToriiError $run.EndedBy Torii.TooManyAffected LimitsExceeded
        $run.Requests | Should -BeNullOrEmpty
    }
}

Describe '<Command>' -ForEach @(
    @{ Command = 'Send-ToriiInvitation'; Operation = 'resendInvitation'; Status = 'PENDING' }
    @{ Command = 'Revoke-ToriiInvitation'; Operation = 'revokeInvitation'; Status = 'REVOKED' }
) {
    BeforeEach { $one, $two, $three = 1..3 | ForEach-Object { New-ToriiInvitation (New-Address) } }

    It 'acts on exactly the invitations of objects, ids and rows' {
        $one, $two | Export-Csv $TestDrive/chosen.csv
        $run = Invoke-Watched { Import-Csv $TestDrive/chosen.csv | & $Command }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -BeNullOrEmpty
        ($run.Mutations.path | Sort-Object) | ForEach-Object { $_.Split('/')[5] } | Should -Be ($one.InvitationId, $two.InvitationId | Sort-Object)
        $run.Mutations.operation | Select-Object -Unique | Should -Be $Operation
        (Get-Stored $three.InvitationId).status | Should -Be PENDING
        (Invoke-Watched { $three.InvitationId | & $Command }).Errors | Should -BeNullOrEmpty
        (Get-Stored $three.InvitationId).status | Should -Be $Status
    }

    It 'returns the invitation as it is afterwards, with -PassThru' {
        $run = Invoke-Watched { $one | & $Command -PassThru }
        $run.Output | Should -HaveCount 1
        $run.Output[0].InvitationId, $run.Output[0].Status, $run.Output[0].ConnectionName | Should -Be $one.InvitationId, $Status, default
    }

    It 'names the address, the id and the environment with -WhatIf, and sends nothing' {
        $since = Get-JournalEnd
        $recorded = Invoke-Recorded { param($Command, $Id, $Connection) Get-ToriiInvitation $Id -Connection $Connection | & $Command -WhatIf -Connection $Connection } @{
            Command = $Command; Id = $one.InvitationId; Connection = Get-ToriiConnection default
        }
        $recorded.Lines -join "`n" | Should -BeLike "*invitation of $($one.Email) ($($one.InvitationId)) in default (test, 127.0.0.1:*"
        Get-Journal $since | Select-Mutation | Should -BeNullOrEmpty
    }

    It 'reports the status of an invitation that is not pending' {
        $null = Invoke-Api DELETE "$path/$($one.InvitationId)"
        $run = Invoke-Watched { $one, $two | & $Command -PassThru }
        Assert-ToriiError $run.Errors[0] Torii.Conflict ResourceExists "invitation of $($one.Email) ($($one.InvitationId)): *REVOKED*The change was not made."
        "$($run.Errors[0].ErrorDetails.RecommendedAction)" | Should -BeLike '*only a pending invitation*'
        $run.Output.InvitationId | Should -Be $two.InvitationId
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'a user'; Id = 'Torii.InvalidId'; Make = { Get-ToriiUser -First 1 } }
        @{ What = 'a row of a user'; Id = 'Torii.InvalidId'; Make = { [pscustomobject]@{ UserId = (Get-ToriiUser -First 1).UserId } } }
        @{ What = 'a session'; Id = 'Torii.InvalidId'; Make = { Get-ToriiUser -Status active | Get-ToriiSession | Select-Object -First 1 } }
        @{ What = 'a row of something else'; Id = 'Torii.InvalidId'; Make = { [pscustomobject]@{ Colour = 'green' } } }
        @{ What = 'a row with an empty id'; Id = 'Torii.AmbiguousInput'; Make = { [pscustomobject]@{ InvitationId = ''; Email = 'a@example.com' } } }
        @{ What = 'a row that names a user too'; Id = 'Torii.AmbiguousInput'; Make = { [pscustomobject]@{ InvitationId = $one.InvitationId; UserId = (Get-ToriiUser -First 1).UserId } } }
        @{ What = 'a row with two ids'; Id = 'Torii.AmbiguousInput'; Make = { [pscustomobject]@{ Id = $two.InvitationId; InvitationId = $one.InvitationId } } }
        @{ What = 'a renamed column'; Id = 'Torii.AmbiguousInput'; Make = { [pscustomobject]@{ invitation_id = $one.InvitationId } } }
        @{ What = 'an address'; Id = 'Torii.InvalidId'; Make = { $one.Email } }
        @{ What = 'an invitation of another environment'; Id = 'Torii.ConnectionMismatch'; Make = { $row = $one | Select-Object InvitationId, EnvironmentId; $row.EnvironmentId = $nobody; $row } }
    ) {
        $object = & $Make
        $run = Invoke-Watched { $object | & $Command }
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] $Id
        $run.Mutations | Should -BeNullOrEmpty
    }

    It 'refuses an invitation from the pipeline beside the id of another' {
        $run = Invoke-Watched { $one | & $Command -InvitationId $two.InvitationId }
        Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument
        $run = Invoke-Watched { $one.InvitationId | & $Command -InvitationId $two.InvitationId }
        Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument
        $run.Requests | Should -BeNullOrEmpty
    }

    It 'reports an unknown id and one of another environment' {
        $foreign = (Invoke-Api GET /_emulator/foreign).invitationId
        $run = Invoke-Watched { $nobody, $foreign | & $Command -ThrottleLimit 1 }
        Assert-ToriiError $run.Errors[0] Torii.InvitationNotFound ObjectNotFound "$nobody*"
        $run.Errors[1].Exception.ErrorId | Should -BeIn Torii.InvitationNotFound, Torii.Forbidden
    }

    It 'acts through the connection that the invitation was read through' {
        $other = Start-TestEmulator -Users 5 -Contract 0.0.13 -Additional -Name other
        try {
            $there = New-ToriiInvitation (New-Address) -Connection other
            $run = Invoke-Watched { $there | & $Command -PassThru }
            $run.Requests | Should -BeNullOrEmpty
            $run.Output.ConnectionName | Should -Be other
            $run = Invoke-Watched { $there | & $Command -Connection default }
            Assert-ToriiError $run.Errors[0] Torii.ConnectionMismatch InvalidArgument
        }
        finally { Disconnect-Torii -Name other; Stop-ToriiEmulator -Port $other.Port -Confirm:$false }
    }
}

Describe 'A lost response' {
    AfterEach { Clear-Fault }
    BeforeAll { Connect-Torii -SecretKey $emulator.GetSecretKey() -ApiUrl $emulator.ApiUrl -Name retrying -MaxRetry 3 }
    BeforeEach { $one = New-ToriiInvitation (New-Address) }

    It 'of a revocation (<Kind>) is settled by reading the invitation' -ForEach @(@{ Kind = 'resetAfter' }, @{ Kind = 'html' }, @{ Kind = 'status' }) {
        Add-Fault @{ operation = 'revokeInvitation'; kind = $Kind; executes = $true; times = 1 }
        $run = Invoke-Watched { Revoke-ToriiInvitation $one.InvitationId -Connection retrying }
        $run.Errors | Should -BeNullOrEmpty
        $run.Requests.operation | Should -Be revokeInvitation, revokeInvitation, getInvitation
        (Get-Stored $one.InvitationId).status | Should -Be REVOKED
    }

    It 'does not make a page of a proxy a confirmation' {
        Add-Fault @{ operation = 'revokeInvitation'; kind = 'html' }
        $run = Invoke-Watched { Revoke-ToriiInvitation $one.InvitationId }
        Assert-ToriiError $run.Errors[0] Torii.InvalidResponse InvalidResult
        (Get-Stored $one.InvitationId).status | Should -Be PENDING
    }

    It 'of a revocation that cannot be read either leaves the outcome unknown' {
        Add-Fault @{ operation = 'revokeInvitation'; kind = 'resetAfter' }
        Add-Fault @{ operation = 'getInvitation'; kind = 'status'; status = 500 }
        $run = Invoke-Watched { Revoke-ToriiInvitation $one.InvitationId }
        Assert-ToriiError $run.Errors[0] Torii.OutcomeUnknown InvalidResult
        "$($run.Errors[0].ErrorDetails.RecommendedAction)" | Should -BeLike '*Get-ToriiInvitation*'
    }

    It 'after a revocation, of the reading for -PassThru, does not hide the revocation' {
        Add-Fault @{ operation = 'getInvitation'; kind = 'status'; status = 403 }
        $run = Invoke-Watched { Revoke-ToriiInvitation $one.InvitationId -PassThru }
        Assert-ToriiError $run.Errors[0] Torii.Forbidden PermissionDenied '*The invitation was revoked; reading it afterwards failed.'
        $run.Errors[0].Exception.MayHaveBeenExecuted | Should -BeTrue
    }

    It 'of a resend (<Kind>) is an error, and no second email is sent' -ForEach @(@{ Kind = 'resetAfter' }, @{ Kind = 'html' }, @{ Kind = 'status' }) {
        Add-Fault @{ operation = 'resendInvitation'; kind = $Kind; executes = $true; times = 1 }
        $run = Invoke-Watched { Send-ToriiInvitation $one.InvitationId -Connection retrying }
        $run.Errors | Should -HaveCount 1
        $run.Errors[0].Exception.MayHaveBeenExecuted | Should -BeTrue
        $run.Requests | Should -HaveCount 1
    }

    It 'is not a throttled resend, which is sent again when the service asks for it' {
        Add-Fault @{ operation = 'resendInvitation'; kind = 'status'; status = 429; retryAfter = '1'; times = 1 }
        $run = Invoke-Watched { Send-ToriiInvitation $one.InvitationId -Connection retrying }
        $run.Errors | Should -BeNullOrEmpty
        $run.Requests | Should -HaveCount 2
    }
}

Describe 'A server with contract <Contract>' -ForEach @(@{ Contract = '0.0.3' }, @{ Contract = '0.0.12' }) {
    BeforeAll { $server = Start-TestEmulator -Users 10 -Contract $Contract -Additional -Name server }
    AfterAll { Disconnect-Torii -Name server; Stop-ToriiEmulator -Port $server.Port -Confirm:$false }

    It 'has invitations from 0.0.12 on, and is told from one that has not' {
        $runs = @(
            Invoke-Watched { New-ToriiInvitation guest@example.com -PublicMetadata @{ plan = 'pro' } -Connection server } $server
            Invoke-Watched { Get-ToriiInvitation -Status PENDING -First 1 -Connection server } $server
            Invoke-Watched { Get-ToriiInvitation $nobody -Connection server } $server
            Invoke-Watched { Send-ToriiInvitation $nobody -Connection server } $server
            Invoke-Watched { Revoke-ToriiInvitation $nobody -Connection server } $server
        )
        if ($Contract -eq '0.0.3') {
            foreach ($run in $runs) { Assert-ToriiError $run.Errors[0] Torii.NotSupported NotImplemented '*This server has no invitations*' }
            return
        }
        $runs[0].Errors | Should -BeNullOrEmpty
        $runs[0].Output.Email | Should -Be guest@example.com
        $runs[1].Output | Should -HaveCount 1
        foreach ($run in $runs[2..4]) { Assert-ToriiError $run.Errors[0] Torii.InvitationNotFound ObjectNotFound }
    }
}
