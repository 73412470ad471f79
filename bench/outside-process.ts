/**
 * The world outside, in a process of its own: takes webhooks over http and https, under `/slow/` after 50 ms and elsewhere
 * at once; and is an SQS that takes every message and forgets it.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { loopbackCertificate } from './tls-certificate.ts';

const SLOW_MS = 50;

const sendingSchema = z.object({ Entries: z.array(z.object({ Id: z.string(), MessageBody: z.string() })) });

/** The SDK holds each hash against what it sent. */
const takeMessages = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const Successful = sendingSchema.parse(await json(request)).Entries.map(({ Id, MessageBody }) => {
    const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
    return { Id, MessageId: Id, MD5OfMessageBody };
  });
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify({ Successful }));
};

/** Slack answers 200 with `ok`, Teams 202 with nothing. */
const take: RequestListener = (request, response) => {
  if (request.headers['x-amz-target'] === 'AmazonSQS.SendMessageBatch') return void takeMessages(request, response);
  const isSlack = request.url?.includes('/slack/');
  const answer = () => response.writeHead(isSlack ? 200 : 202).end(isSlack ? 'ok' : '');
  request.resume().on('end', () => {
    if (request.url?.startsWith('/slow/')) setTimeout(answer, SLOW_MS);
    else answer();
  });
};

const portOf = (address: AddressInfo | string | null): number => {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};

const { key, cert } = loopbackCertificate();
const plain = createServer(take).listen(0, '127.0.0.1', () => {
  const tls = createTlsServer({ key, cert }, take).listen(0, '127.0.0.1', () => {
    const [http, https] = [portOf(plain.address()), portOf(tls.address())];
    process.send?.({ plain: `http://127.0.0.1:${http}`, tls: `https://localhost:${https}`, cert });
  });
});
process.on('disconnect', () => process.exit(0));
