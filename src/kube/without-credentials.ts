/** What is shorter protects nothing, and would be found in every text. */
const SHORTEST = 4;

/**
 * What a server says, without the credentials that it was sent: it, or a proxy before it, may repeat them, and what an error
 * says ends in logs and statuses.
 */
export function withoutCredentials(text: string, authorization: string | undefined): string {
  return credentialsIn(authorization).reduce((rest, secret) => rest.replaceAll(secret, '[credentials]'), text);
}

/** A token; or name and password, as they are sent and as they are. */
function credentialsIn(authorization = ''): readonly string[] {
  const [scheme, sent = ''] = authorization.split(' ', 2);
  const basic = scheme === 'Basic' ? Buffer.from(sent, 'base64').toString('utf8') : '';
  return [sent, basic.slice(basic.indexOf(':') + 1)].filter(({ length }) => length >= SHORTEST);
}
