// @ts-check
/**
 * What the page knows of the kitchen, as types: the wire's own (generated from the AsyncAPI document), by short names.
 *
 * @typedef {import('../../web/client/protocol.js').TicketView} Ticket
 * @typedef {import('../../web/client/protocol.js').TicketLine} Line
 * @typedef {import('../../web/client/protocol.js').StationView} Station
 * @typedef {import('../../web/client/protocol.js').FloorItemView} Item
 * @typedef {import('../../web/client/protocol.js').Hello} Hello
 * @typedef {import('../../web/client/protocol.js').LineStatus} LineStatus
 * @typedef {'NEW' | 'IN_PROGRESS' | 'READY'} Column
 * @typedef {{[language: string]: string}} Text
 * @typedef {Pick<import('../../web/client/outbox.js').Entry, 'opId' | 'name' | 'payload'>} Command what a person did, until the server has it
 */
export {};
