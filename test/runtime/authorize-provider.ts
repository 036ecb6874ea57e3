/** A real authorization server, with people who log in and agree to everything at once. */
import { createHash, randomBytes } from "node:crypto";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { closeServer, listenLocal } from "./server-fixture.js";

export interface AuthorizationServer {
  readonly issuer: string;
  /** Lifetime of access tokens issued from now on, in seconds. */
  lifetime: number;
  /** A token for a service client, without a person. */
  serviceToken(resource: string, scope: string): Promise<string>;
  /** A token for a person who agrees to everything (authorization code with PKCE). */
  personToken(resource: string, scope: string, person?: string): Promise<string>;
  close(): Promise<void>;
}

export const CLIENT_ID = "mcp-client";
export const REDIRECT_URL = "http://127.0.0.1:9/callback";
const SERVICE = { id: "service", secret: "service-secret" };

/** The part of oidc-provider that is used here; the package has no types. */
interface ProviderInstance {
  callback(): (request: IncomingMessage, response: ServerResponse) => void;
  interactionDetails(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<{ readonly params: { readonly login_hint?: string } }>;
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
  readonly Grant: new (of: object) => {
    addResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
  };
}

const PACKAGE: string = "oidc-provider";

export async function startAuthorizationServer(scopes = "crm:read crm:write crm:delete"): Promise<AuthorizationServer> {
  const { default: Provider } = (await import(PACKAGE)) as {
    default: new (issuer: string, configuration: object) => ProviderInstance;
  };
  let provider: ProviderInstance | undefined;
  const logIn = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const details = await provider?.interactionDetails(request, response);
    const accountId = details?.params.login_hint ?? "ann";
    await provider?.interactionFinished(request, response, { login: { accountId }, consent: {} });
  };
  const http = createHttpServer((request, response) => {
    if (request.url?.startsWith("/interaction/")) {
      void logIn(request, response);
      return;
    }
    provider?.callback()(request, response);
  });
  const issuer = await listenLocal(http);
  const state = { lifetime: 600 };
  provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: "none",
        application_type: "native",
        redirect_uris: [REDIRECT_URL],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
      {
        client_id: SERVICE.id,
        client_secret: SERVICE.secret,
        redirect_uris: [],
        grant_types: ["client_credentials"],
        response_types: [],
      },
    ],
    cookies: { keys: ["a-test-key"] },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    loadExistingGrant: async (context: {
      oidc: {
        client: { clientId: string };
        session: { accountId: string };
        params: { scope?: string; resource?: string };
      };
    }) => {
      const { client, session, params } = context.oidc;
      if (provider === undefined) return undefined;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addResourceScope(params.resource ?? "", params.scope ?? "");
      await grant.save();
      return grant;
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          scope: scopes,
          audience: resource,
          accessTokenTTL: state.lifetime,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
  });
  return {
    issuer,
    get lifetime() {
      return state.lifetime;
    },
    set lifetime(seconds) {
      state.lifetime = seconds;
    },
    serviceToken: (resource, scope) => requestToken(issuer, { grant_type: "client_credentials", resource, scope }),
    personToken: async (resource, scope, person = "ann") => {
      const verifier = randomBytes(32).toString("base64url");
      const start = new URL(`${issuer}/auth`);
      start.search = new URLSearchParams({
        client_id: CLIENT_ID,
        redirect_uri: REDIRECT_URL,
        response_type: "code",
        code_challenge: createHash("sha256").update(verifier).digest("base64url"),
        code_challenge_method: "S256",
        resource,
        scope,
        login_hint: person,
      }).toString();
      const code = (await followAuthorization(start)).get("code") ?? "";
      return requestToken(issuer, {
        grant_type: "authorization_code",
        client_id: CLIENT_ID,
        redirect_uri: REDIRECT_URL,
        code_verifier: verifier,
        code,
        resource,
      });
    },
    close: () => closeServer(http),
  };
}

async function requestToken(issuer: string, form: Readonly<Record<string, string>>): Promise<string> {
  const service = Buffer.from(`${SERVICE.id}:${SERVICE.secret}`).toString("base64");
  const response = await fetch(`${issuer}/token`, {
    method: "POST",
    headers: form["client_id"] === undefined ? { authorization: `Basic ${service}` } : {},
    body: new URLSearchParams(form),
  });
  const answer = (await response.json()) as { access_token?: string };
  if (answer.access_token === undefined) throw new Error(`no token: ${JSON.stringify(answer)}`);
  return answer.access_token;
}

/** What a browser does with an authorization URL, up to the redirect back to the client. */
export async function followAuthorization(start: URL): Promise<URLSearchParams> {
  const cookies = new Map<string, string>();
  let url = start;
  for (let hops = 0; hops < 10; hops += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { redirect: "manual", headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [name = "", value = ""] = line.split(";", 1)[0]?.split("=", 2) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (location === null) throw new Error(`no redirect: ${response.status} ${await response.text()}`);
    url = new URL(location, url);
    if (url.href.startsWith(REDIRECT_URL)) return url.searchParams;
  }
  throw new Error("too many redirects");
}
