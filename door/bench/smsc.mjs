// The SMSC of the benches (npm smpp): takes everything, reports everything as delivered.
// Prints one JSON line for each message it took; the first line names its port.
import { readFileSync } from 'node:fs';
import smpp from 'smpp';

const password = readFileSync(process.argv[2], 'utf-8').trim();
const said = (fact) => process.stdout.write(JSON.stringify(fact) + '\n');
let taken = 0;

function report(session, number, id) {
  const message =
    `id:${id} sub:001 dlvrd:001 submit date:2603121436 done date:2603121437 ` +
    'stat:DELIVRD err:000 text:';
  session.deliver_sm({ source_addr: number, esm_class: 4, short_message: { message } }, (answer) => {
    if (answer.command_status !== 0) setTimeout(() => report(session, number, id), 200);
  });
}

const server = smpp.createServer((session) => {
  session.on('error', () => undefined);
  session.on('bind_transceiver', (pdu) => {
    const right = pdu.password === password;
    session.send(pdu.response(right ? {} : { command_status: smpp.ESME_RBINDFAIL }));
  });
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => {
    session.send(pdu.response());
    session.close();
  });
  session.on('submit_sm', (pdu) => {
    taken += 1;
    const id = `m${taken.toString(16)}`;
    const header = pdu.short_message.udh;
    const part = header ? [...(header[0].data ?? header[0])].at(-1) : 1;
    said({ number: pdu.destination_addr, part, text: pdu.short_message.message, at_ms: Date.now() });
    session.send(pdu.response({ message_id: id }));
    setTimeout(() => report(session, pdu.destination_addr, id), 20);
  });
});

server.listen(0, '127.0.0.1', () => said({ port: server.address().port }));
process.on('SIGTERM', () => process.exit(0));
