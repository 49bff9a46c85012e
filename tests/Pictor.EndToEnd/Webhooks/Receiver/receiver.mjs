// Receives webhooks, checks each signature with the library of standardwebhooks.com, and writes down what came before it answers.
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const [log, secret] = process.argv.slice(2);
const webhook = new Webhook(secret);
const refused = new Set();
let calls = 0;

createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const body = Buffer.concat(parts).toString("utf8");
    const came = { id: request.headers["webhook-id"] };
    try {
      const told = webhook.verify(body, request.headers);
      came.verified = true;
      came.job = told.data.id;
      came.type = told.type;
    } catch (fault) {
      came.verified = false;
      came.fault = String(fault);
    }

    // One in forty is refused at first, and has to come again under the same id.
    came.status = ++calls % 40 === 0 && !refused.has(came.id) ? 503 : 204;
    refused.add(came.id);
    appendFileSync(log, JSON.stringify(came) + "\n");
    response.writeHead(came.status).end();
  });
}).listen(0, "127.0.0.1", function () {
  console.log(this.address().port);
});
