# Responds to a request like the official adapters of torii: with the user of the token, or with 401 and the reason.
#   ./verify-token.ps1 -Headers @{ Authorization = "Bearer $token" } -Issuer https://acme.torii.so
param([Parameter(Mandatory)] $Headers, [string] $Issuer = $env:TORII_ISSUER)
$ErrorActionPreference = 'Stop'
if (-not (Get-Module Torii)) { Import-Module Torii }

$user = ConvertFrom-ToriiToken -Headers $Headers -Issuer $Issuer -ErrorAction SilentlyContinue -ErrorVariable problem
if ($user) { return @{ status = 200; body = @{ userId = $user.UserId; environmentId = $user.EnvironmentId } } }

# 401 is for invalid tokens only. If the keys are not available, whether the token is valid is not known.
if ($problem[0].FullyQualifiedErrorId -notlike 'Torii.Token*') { throw $problem[0] }
@{ status = 401; body = @{ error = @{ code = 'authentication_failed'; message = $problem[0].Exception.Message } } }
