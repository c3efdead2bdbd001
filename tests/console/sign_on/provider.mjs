// A real, certified OpenID provider with everybody in it: signing in as NAME is being NAME@example.org.
// node provider.mjs FOLDER CALLBACK: prints its issuer, then serves until its input ends.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [, , folder, callback] = process.argv;
const { resolve } = createRequire(pathToFileURL(`${folder}/`));
console.warn = () => {};
const { default: Provider } = await import(pathToFileURL(resolve("oidc-provider")));

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "yumen", client_secret: "a-secret-of-the-client-and-long-enough", redirect_uris: [callback] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    cookies: { keys: ["a key of this test"] },
    async findAccount(_, id) {
      const email = id.includes("@") ? id : `${id}@example.org`;
      return {
        accountId: id,
        async claims() {
          return { sub: id, email, email_verified: !id.startsWith("unproved"), name: `Person ${id}` };
        },
      };
    },
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
process.stdin.on("end", () => process.exit()).resume();
