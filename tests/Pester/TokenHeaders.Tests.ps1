BeforeAll { . "$PSScriptRoot/TokenFixtures.ps1" }
AfterAll {
    Stop-ToriiEmulator -Confirm:$false
    Get-ToriiConnection | Disconnect-Torii
    Clear-ToriiSigningKey
}

Describe 'Headers of a request' {
    It 'as <Kind>' -ForEach @(
        @{ Kind = 'a hashtable'; Make = { @{ Authorization = "Bearer $good" } } }
        @{ Kind = 'a hashtable in another case'; Make = { @{ 'X-Other' = 'y'; aUTHORIZATION = "bEARER   $good " } } }
        @{ Kind = 'a hashtable of lists'; Make = { @{ Authorization = @("Bearer $good") } } }
        @{ Kind = 'a list with the same value twice'; Make = { @{ Authorization = @("Bearer $good", "Bearer $good ", $null) } } }
        @{ Kind = 'an ordered dictionary'; Make = { [ordered]@{ authorization = "Bearer $good" } } }
        @{ Kind = 'Dictionary[string,string]'; Make = { $d = [Collections.Generic.Dictionary[string, string]]::new(); $d['authorization'] = "Bearer $good"; , $d } }
        @{ Kind = 'Dictionary[string,string[]]'; Make = { $d = [Collections.Generic.Dictionary[string, string[]]]::new(); $d['AUTHORIZATION'] = , "Bearer $good"; , $d } }
        @{ Kind = 'WebHeaderCollection'; Make = { $h = [Net.WebHeaderCollection]::new(); $h.Add('authorization', "Bearer $good"); , $h } }
        @{ Kind = 'NameValueCollection'; Make = { $h = [Collections.Specialized.NameValueCollection]::new([StringComparer]::Ordinal); $h.Add('authorization', "Bearer $good"); , $h } }
        @{ Kind = 'HttpRequestHeaders'; Make = { $m = [Net.Http.HttpRequestMessage]::new(); $m.Headers.Add('Authorization', "Bearer $good"); , $m.Headers } }
        @{ Kind = 'pairs'; Make = { , @([Collections.Generic.KeyValuePair[string, string]]::new('authorization', "Bearer $good")) } }
    ) {
        $headers = & $Make
        Test-ToriiToken -Headers $headers | Should -BeTrue
        (ConvertFrom-ToriiToken -Headers $headers).UserId | Should -Be $user.UserId
    }

    It 'in another header with -HeaderName' {
        Test-ToriiToken -Headers @{ 'X-Torii-Token' = "Bearer $good" } -HeaderName x-torii-token | Should -BeTrue
        Test-ToriiToken -Headers @{ 'X-Torii-Token' = "Bearer $good" } | Should -BeFalse
    }

    It 'without a token: <Kind>' -ForEach @(
        @{ Kind = 'empty'; Headers = @{} }
        @{ Kind = 'another header'; Headers = @{ Cookie = 'a=b' } }
        @{ Kind = 'null'; Headers = @{ Authorization = $null } }
        @{ Kind = 'an empty list'; Headers = @{ Authorization = @() } }
        @{ Kind = 'Basic'; Headers = @{ Authorization = 'Basic dXNlcjpwYXNz' } }
        @{ Kind = 'the word alone'; Headers = @{ Authorization = 'Bearer' } }
        @{ Kind = 'the word and blanks'; Headers = @{ Authorization = 'Bearer   ' } }
        @{ Kind = 'no blank between'; Headers = @{ Authorization = 'Bearereyx.y.z' } }
        @{ Kind = 'the token without the word'; Headers = @{ Authorization = 'eyJ.e30.AA' } }
    ) {
        Test-ToriiToken -Headers $Headers | Should -BeFalse
        Get-Reason { ConvertFrom-ToriiToken -Headers $Headers -ErrorAction Stop } | Should -Be Torii.TokenMissing
    }

    It 'with values that differ are an error without a result: <Kind>' -ForEach @(
        @{ Kind = 'a list'; Make = { @{ Authorization = @("Bearer $good", 'Bearer x') } } }
        @{ Kind = 'a list, the other way round'; Make = { @{ Authorization = @('Bearer x', "Bearer $good") } } }
        @{ Kind = 'a list with an empty value'; Make = { @{ Authorization = @("Bearer $good", '') } } }
        @{ Kind = 'a nested list'; Make = { @{ Authorization = @(, @("Bearer $good", 'Bearer x')) } } }
        @{ Kind = 'a wrapped list'; Make = { @{ Authorization = [psobject]::AsPSObject(@("Bearer $good", "Bearer $forged")) } } }
        @{ Kind = 'a list that contains itself'; Make = { $list = [Collections.ArrayList]::new(); $null = $list.Add($list); @{ Authorization = $list } } }
        @{ Kind = 'names that differ in case'; Make = { $h = [hashtable]::new([StringComparer]::Ordinal); $h['Authorization'] = "Bearer $good"; $h['authorization'] = 'Bearer x'; $h } }
        @{ Kind = 'Dictionary[string,string] with two names'; Make = { $d = [Collections.Generic.Dictionary[string, string]]::new(); $d['authorization'] = "Bearer $good"; $d['Authorization'] = "Bearer $forged"; , $d } }
        @{ Kind = 'NameValueCollection with two names'; Make = { $h = [Collections.Specialized.NameValueCollection]::new([StringComparer]::Ordinal); $h.Add('authorization', "Bearer $good"); $h.Add('AUTHORIZATION', 'Bearer x'); , $h } }
        @{ Kind = 'NameValueCollection with two values'; Make = { $h = [Collections.Specialized.NameValueCollection]::new(); $h.Add('authorization', "Bearer $good"); $h.Add('authorization', 'Bearer x'); , $h } }
        @{ Kind = 'HttpRequestHeaders'; Make = { $m = [Net.Http.HttpRequestMessage]::new(); $null = $m.Headers.TryAddWithoutValidation('Authorization', [string[]]("Bearer $good", 'Bearer x')); , $m.Headers } }
        @{ Kind = 'pairs'; Make = { , @([Collections.Generic.KeyValuePair[string, string]]::new('authorization', "Bearer $good"), [Collections.Generic.KeyValuePair[string, string]]::new('Authorization', 'Bearer x')) } }
    ) {
        $headers = & $Make
        $result = Test-ToriiToken -Headers $headers -ErrorAction SilentlyContinue -ErrorVariable problem
        $result | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'Torii.InvalidHeaders,*'
        Get-Reason { ConvertFrom-ToriiToken -Headers $headers -ErrorAction Stop } | Should -Be Torii.InvalidHeaders
    }

    It 'must be headers of one request' {
        Get-Reason { Test-ToriiToken -Headers @(@{ Authorization = "Bearer $good" }, @{ Authorization = "Bearer $good" }) -ErrorAction Stop } | Should -Be Torii.InvalidHeaders
        Get-Reason { Test-ToriiToken -Headers @(, @{ Authorization = "Bearer $good" }) -ErrorAction Stop } | Should -Be Torii.InvalidHeaders
        Get-Reason { Test-ToriiToken -Headers @(, [ordered]@{ Key = 'Authorization'; Value = "Bearer $good" }) -ErrorAction Stop } | Should -Be Torii.InvalidHeaders
        Get-Reason { Test-ToriiToken -Headers @($null) -ErrorAction Stop } | Should -Be Torii.InvalidHeaders
        Test-ToriiToken -Headers @() | Should -BeFalse
    }

    It 'must be headers' {
        Get-Reason { Test-ToriiToken -Headers 'Authorization: Bearer x' -ErrorAction Stop } | Should -Be Torii.InvalidHeaders
        Get-Reason { Test-ToriiToken -Headers 42 -ErrorAction Stop } | Should -Be Torii.InvalidHeaders
        Get-Reason { Test-ToriiToken -Headers @(1, 2) -ErrorAction Stop } | Should -Be Torii.InvalidHeaders
    }
}
