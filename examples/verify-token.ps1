# Answers a request as torii's own adapters do: the user behind a token, or 401 and why.
#   ./verify-token.ps1 -Headers @{ Authorization = "Bearer $token" } -Issuer https://acme.torii.so
param([Parameter(Mandatory)] $Headers, [string] $Issuer = $env:TORII_ISSUER)
if (-not (Get-Module Torii)) { Import-Module Torii }

$user = ConvertFrom-ToriiToken -Headers $Headers -Issuer $Issuer -ErrorAction SilentlyContinue -ErrorVariable problem
if ($user) { return @{ status = 200; body = @{ userId = $user.UserId; environmentId = $user.EnvironmentId } } }

# Only a token can be at fault for a 401. When the keys cannot be had, nobody can tell, and it is no fault of the caller.
if ($problem[0].FullyQualifiedErrorId -notlike 'Torii.Token*') { throw $problem[0] }
@{ status = 401; body = @{ error = @{ code = 'authentication_failed'; message = $problem[0].Exception.Message } } }
