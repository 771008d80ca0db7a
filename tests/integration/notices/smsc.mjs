// An SMSC for tests (npm smpp). The last two digits of a number decide how it fares.
// Prints one JSON line for each thing that happened; the first names the port.
import smpp from 'smpp';

const PASSWORD = process.argv[2] ?? 'secret';
let counter = 0;
const seen = new Map(); // number -> submissions

const say = (fact) => process.stdout.write(JSON.stringify(fact) + '\n');
const later = (ms, act) => setTimeout(act, ms);

function receipt(session, number, id, stat, { tlv = false, tries = 3 } = {}) {
  const err = stat === 'DELIVRD' ? '000' : '069';
  const text =
    `id:${id} sub:001 dlvrd:001 submit date:2603121436 done date:2603121437 ` +
    `stat:${stat} err:${err} text:`;
  const pdu = {
    source_addr: number,
    destination_addr: '12368',
    esm_class: 4,
    short_message: { message: text },
  };
  if (tlv) {
    pdu.receipted_message_id = id;
    pdu.message_state = { DELIVRD: 2, EXPIRED: 3, UNDELIV: 5 }[stat];
  }
  session.deliver_sm(pdu, (answer) => {
    say({ event: 'receipt', number, id, stat, status: answer.command_status });
    if (answer.command_status !== 0 && tries > 1) {
      later(200, () => receipt(session, number, id, stat, { tlv, tries: tries - 1 }));
    }
  });
}

// The telephone answers: one message, and a long one as the second part of two.
function answer(session, number) {
  const of = (message, extra = {}) =>
    session.deliver_sm({ source_addr: number, destination_addr: '12368', data_coding: 8, ...message, ...extra });
  of({ short_message: '您好，不是本人' });
  of({ short_message: { udh: Buffer.from([5, 0, 3, 7, 2, 2]), message: '后半条' } }, { esm_class: 0x40 });
}

function fare(session, pdu, number, times, id) {
  const accept = () => session.send(pdu.response({ message_id: id }));
  const refuse = (status) => session.send(pdu.response({ command_status: status }));
  const give = (ms, stat, options) => later(ms, () => receipt(session, number, id, stat, options));
  switch (number.slice(-2)) {
    case '02': accept(); return give(50, 'UNDELIV');
    case '03': accept(); return give(1500, 'DELIVRD');
    case '04': accept(); give(50, 'DELIVRD'); return give(100, 'DELIVRD');
    case '05': accept(); give(50, 'DELIVRD'); give(100, 'ENROUTE'); return give(150, 'ACCEPTD');
    case '06': receipt(session, number, id, 'DELIVRD'); return later(200, accept);
    case '07': return times === 1 ? refuse(smpp.ESME_RTHROTTLED) : (accept(), give(50, 'DELIVRD'));
    case '08': return refuse(smpp.ESME_RINVDSTADR);
    case '09': return times === 1 ? session.destroy() : (accept(), give(50, 'DELIVRD'));
    case '10': accept(); return give(50, 'EXPIRED', { tlv: true });
    case '11': accept(); give(50, 'UNDELIV'); return give(300, 'DELIVRD');
    case '12': accept(); return later(50, () => receipt(session, number, 'nobody-knows', 'DELIVRD'));
    case '13': accept(); give(50, 'DELIVRD'); return later(100, () => answer(session, number));
    case '14': return later(5000, accept);
    default: accept(); return give(50, 'DELIVRD', { tlv: true });
  }
}

const server = smpp.createServer((session) => {
  session.on('error', () => undefined);
  session.on('bind_transceiver', (pdu) => {
    const right = pdu.password === PASSWORD;
    say({ event: 'bind', system_id: pdu.system_id, right });
    session.send(pdu.response(right ? {} : { command_status: smpp.ESME_RBINDFAIL }));
  });
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => {
    session.send(pdu.response());
    session.close();
  });
  session.on('submit_sm', (pdu) => {
    const number = pdu.destination_addr;
    const times = (seen.get(number) ?? 0) + 1;
    seen.set(number, times);
    counter += 1;
    const udh = pdu.short_message.udh;
    say({
      event: 'submit',
      number,
      source: pdu.source_addr,
      coding: pdu.data_coding,
      registered: pdu.registered_delivery,
      parts: udh ? [...udh[0].data ?? udh[0]] : [],
      text: pdu.short_message.message,
    });
    fare(session, pdu, number, times, `m${counter.toString(16)}`);
  });
});

server.listen(0, '127.0.0.1', () => say({ event: 'listening', port: server.address().port }));
process.on('SIGTERM', () => process.exit(0));
