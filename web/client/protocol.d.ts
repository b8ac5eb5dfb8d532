// The types of the protocol. Generated from the code by `make protocol`: do not edit.

/** What is wrong, for programs. */
export type ErrorCode =
  | "ADDRESS_LIMIT_EXCEEDED"
  | "ADDRESS_NOT_SERVED"
  | "ALREADY_TAKEN"
  | "AMOUNT_NOT_PAYABLE"
  | "APPROVER_REFUSED"
  | "APPROVER_REQUIRED"
  | "BELOW_MINIMUM"
  | "CART_CHANGED"
  | "CART_EMPTY"
  | "CART_FULL"
  | "CART_HELD"
  | "CHECK_FULL"
  | "CHECK_OPEN"
  | "CHECK_OVERPAID"
  | "CLAIM_TOO_LARGE"
  | "CONCURRENT_UPDATE"
  | "CSRF_FAILED"
  | "DAILY_CEILING"
  | "DELIVERY_FINISHED"
  | "DELIVERY_OFF"
  | "DELIVERY_PAUSED"
  | "DELIVERY_PLAN_CHANGED"
  | "DELIVERY_PLAN_INVALID"
  | "DELIVERY_UNDER_WAY"
  | "DISCOUNT_OUT_OF_RANGE"
  | "DISHES_COOKING"
  | "DRAFT_CHANGED"
  | "FORBIDDEN"
  | "HOLD_LOST"
  | "IDEMPOTENCY_KEY_REUSED"
  | "INTERNAL"
  | "INVALID_CREDENTIALS"
  | "INVALID_PIN"
  | "INVALID_VERIFICATION_CODE"
  | "ITEM_UNAVAILABLE"
  | "JOIN_NEEDS_WAITER"
  | "JOIN_REFUSED"
  | "KITCHEN_BUSY"
  | "LAST_MANAGER"
  | "LINE_BEING_PAID"
  | "LINE_CANCELLED"
  | "LINE_HELD"
  | "LINE_TAKEN_OFF"
  | "LOGIN_LOCKED"
  | "LOGIN_TAKEN"
  | "MENU_INVALID"
  | "MENU_MOVED_ON"
  | "MENU_TOO_LARGE"
  | "MODIFIERS_INVALID"
  | "NOT_AT_TABLE"
  | "NOT_FOUND"
  | "NOT_IN_SERVICE"
  | "NOT_JOINED"
  | "NOT_MERGED"
  | "NO_DRAFT"
  | "ONLINE_PAYMENT_OFF"
  | "ORDERS_WAITING"
  | "ORDER_IN_PROGRESS"
  | "ORDER_NOT_WAITING"
  | "ORDER_SENT"
  | "ORDER_TOO_LARGE"
  | "OUTCOME_UNKNOWN"
  | "PAIRING_REFUSED"
  | "PAYMENT_IN_PROGRESS"
  | "PAYMENT_PENDING"
  | "PAYMENT_TOO_LARGE"
  | "PHONE_BLOCKED"
  | "PIN_LOCKED"
  | "PRICE_CHANGED"
  | "PROMOTION_LOCKED"
  | "PROMOTION_NOT_YET"
  | "PROMOTION_ON_CHECK"
  | "PROMOTION_REFUSED"
  | "RATE_LIMITED"
  | "REFUND_TOO_LARGE"
  | "REPORT_PENDING"
  | "REQUEST_FINISHED"
  | "SAME_SESSION"
  | "SAME_TABLE"
  | "SESSION_CLOSED"
  | "SESSION_EXPIRED"
  | "SESSION_MERGED"
  | "SLOT_FULL"
  | "SLOT_REFUSED"
  | "SMS_LIMIT_EXCEEDED"
  | "SMS_UNAVAILABLE"
  | "SPLIT_TOO_LARGE"
  | "STATUS_CONFLICT"
  | "TABLE_OCCUPIED"
  | "TOKEN_REUSED"
  | "TOO_MANY_PARTICIPANTS"
  | "TOO_MANY_SOCKETS"
  | "TRANSITION_REFUSED"
  | "UNAUTHENTICATED"
  | "UNAVAILABLE"
  | "UNDO_EXPIRED"
  | "UNKNOWN_COMMAND"
  | "UNKNOWN_ITEM"
  | "UNTIL_REFUSED"
  | "VALIDATION_FAILED"
  | "VERSION_UNSUPPORTED";

/** How far a message is; `epoch` is that of `sms:send`. `error` is the phone's word for why it has failed; numbers in it of more than six digits are not kept. */
export interface AckMessage {
  /** Names one message to a phone, in all that is said of it. */
  correlationId: string;
  /** How far the message is. */
  status: AckStatus;
  /** Of `sms:send`, or of the answer to `sms:register`. */
  epoch: number;
  /** Why it has failed, as the phone calls it; never anything of the message. */
  error?: string | null;
}

/** `counted`: it was taken, or known. If not, the message is somebody else's, or finished: forget it, and do not send it. */
export interface AckReply {
  /** Whether it was done. */
  success: true;
  /** Whether it was taken. If not, the message is no business of the phone any more. */
  counted: boolean;
}

/** How far a message is, as a phone says it. */
export type AckStatus =
  | "accepted"
  | "sent"
  | "delivered"
  | "failed";

/** `voided` is how many portions the screen showed taken off: what was struck since then stays struck. Without it, all that are taken off by now. */
export interface AcknowledgeLine {
  /** The ticket. */
  ticketId: string;
  /** The line it is about. */
  lineId: string;
  /** How many portions the screen showed taken off; all that are by now if left out. */
  voided?: number | null;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** Who did something: `kind` is GUEST, STAFF, SCREEN, CUSTOMER or HOUSE; `id` is opaque; `name` is for people. */
export interface Actor {
  /** GUEST, STAFF, SCREEN or HOUSE. */
  kind: string;
  /** Opaque; empty when the house itself acted. */
  id: string;
  /** What the others call them; may be empty. */
  name: string;
}

/** `modifiers` are option ids; `opId` makes a repeat harmless. */
export interface AddLine {
  /** The dish, by its id on the menu. */
  itemId: string;
  /** Number of portions. */
  quantity?: number;
  /** Ids of the chosen options. */
  modifiers?: string[];
  /** Free text for the kitchen. */
  note?: string;
  /** Allergens that whoever eats it must not get: the kitchen cannot overlook it. */
  avoid?: Allergen[];
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
}

/** `modifiers` are option ids; `opId` makes a repeat harmless. */
export interface AddLineForSession {
  /** The dish, by its id on the menu. */
  itemId: string;
  /** Number of portions. */
  quantity?: number;
  /** Ids of the chosen options. */
  modifiers?: string[];
  /** Free text for the kitchen. */
  note?: string;
  /** Allergens that whoever eats it must not get: the kitchen cannot overlook it. */
  avoid?: Allergen[];
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** The party's session. */
  sessionId: string;
}

/** Someone new. Without a password they log in by PIN on enrolled devices only, without a PIN by password. */
export interface AddStaff {
  /** The name to log in with. */
  login: string;
  /** What people call it. */
  name: string;
  /** What one may be. */
  roles: ("WAITER" | "CASHIER" | "CHEF" | "MANAGER")[];
  /** The password to log in with, 8 to 72 bytes. */
  password?: string | null;
  /** 4 to 6 digits that are not easy to guess. */
  pin?: string | null;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** The content of one address. Lengths in characters, after composing (NFC). */
export interface AddressDetails {
  /** Street, number, building, flat. */
  street: string;
  /** City, town or village. */
  city: string;
  /** A county of the house's country (ISO 3166-2), with or without diacritics; in Romania one of the 41, or București. */
  county: string;
  /** A postal code of the house's country; in Romania six digits. */
  postalCode: string;
  /** What a courier must know: entrance, floor, interphone. */
  notes: string;
}

/** Whose door is opened for a short time. */
export interface AdmitGuestsForSession {
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
  /** The party's session. */
  sessionId: string;
}

/** After how many minutes a line is late (amber), and too late (red): never before it is late. */
export interface Age {
  /** Minutes after which a line is late. */
  amber: number;
  /** Minutes after which a line is too late. */
  red: number;
}

/** After how many minutes a line is late (amber), and too late (red): never before it is late. */
export interface AgeForm {
  /** Minutes after which a line is late. */
  amber: number;
  /** Minutes after which a line is too late. */
  red: number;
}

/** `alarm:changed` */
export interface AlarmChanged {
  /** The alarm as it is now. */
  alarm: AlarmView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** What is wrong. */
export type AlarmKind =
  | "PIN_SPRAY"
  | "SERVICE_WAITING"
  | "MANY_VOIDS"
  | "DEVICE_REFUSED"
  | "LOGIN_SPRAY"
  | "TOKEN_REUSED"
  | "PAYMENT_AFTER_CLOSE"
  | "PAYMENT_OVERPAID"
  | "PAYMENT_MISMATCH"
  | "REFUND_FAILED"
  | "WEBHOOK_FORGED"
  | "TICKET_UNSEEN"
  | "STATION_DARK"
  | "CODES_UNUSED"
  | "MESSAGE_BUDGET"
  | "NO_SMS_PHONE"
  | "SMS_PHONE_ROGUE"
  | "SMS_PHONE_COPIED";

/** The alarm as it is now. */
export interface AlarmReply {
  /** Whether it was done. */
  success: true;
  /** The alarm as it is now. */
  alarm: AlarmView;
}

/** Shown until it is resolved. */
export type AlarmStatus =
  | "OPEN"
  | "RESOLVED";

/** An alarm on the floor. */
export interface AlarmView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** What is wrong. */
  kind: AlarmKind;
  /** The state it is in. */
  status: AlarmStatus;
  /** What it is about: an id, `house`, or `sessions` (many of them). */
  subject: string;
  /** The party's session. */
  sessionId: string | null;
  /** What people call the table. */
  tableName: string | null;
  /** Figures that belong to the alarm. */
  details: Record<string, string | number>;
  /** When it was raised. */
  raisedAt: string;
  /** When somebody had seen to it. */
  resolvedAt: string | null;
  /** Who has seen to it. */
  resolvedBy: Actor | null;
}

/** The fourteen of Regulation (EU) No 1169/2011, Annex II. */
export type Allergen =
  | "GLUTEN"
  | "CRUSTACEANS"
  | "EGGS"
  | "FISH"
  | "PEANUTS"
  | "SOYBEANS"
  | "MILK"
  | "NUTS"
  | "CELERY"
  | "MUSTARD"
  | "SESAME"
  | "SULPHITES"
  | "LUPIN"
  | "MOLLUSCS";

/** Either `amount` in minor units or `percent` in basis points (1,000 are 10%) of what the check comes to now. `checkId` is needed only for a check that came with a merged party. */
export interface ApplyDiscountForSession {
  /** The check, where there are several; without it the party's own. */
  checkId?: string | null;
  /** What is taken off, in minor units. */
  amount?: number | null;
  /** A share of what the check comes to now, in basis points: 1000 are 10%. */
  percent?: number | null;
  /** Why. */
  reason: string;
  /** Who approves what is above the house's limit, with their PIN: a manager other than the one who acts. */
  approval?: Approval | null;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** The party's session. */
  sessionId: string;
}

/** The code, in any letters. `checkId` is needed only for a check that came with a merged party. */
export interface ApplyPromotion {
  /** The check, where there are several; without it the party's own. */
  checkId?: string | null;
  /** The promotion code, in capitals or small letters. */
  code: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
}

/** The code, in any letters. `checkId` is needed only for a check that came with a merged party. */
export interface ApplyPromotionForSession {
  /** The check, where there are several; without it the party's own. */
  checkId?: string | null;
  /** The promotion code, in capitals or small letters. */
  code: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** The party's session. */
  sessionId: string;
}

/** Who approves, and the PIN that proves it: it is typed on the device of the one who acts. */
export interface Approval {
  /** The name to log in with. */
  login: string;
  /** The PIN of the manager who approves. */
  pin: string;
}

/** Which round may go to the kitchen. */
export interface ApproveOrderForSession {
  /** The order it belongs to. */
  orderId: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
  /** The party's session. */
  sessionId: string;
}

/** What is wanted, and a word about it. */
export interface AskForService {
  /** What is wanted; what OTHER means is in the note. */
  kind: ServiceKind;
  /** A word about it, for the staff. */
  note?: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** Which tables go to whom; `staffId` null: to nobody. */
export interface AssignSection {
  /** The tables. */
  tableIds: string[];
  /** The person who has the tables from then on; null takes them from whoever has them. */
  staffId: string | null;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** One entry, whole; `number` is null until it has its place in the chain. */
export interface AuditEntryView {
  /** Opaque identifier. */
  id: string;
  /** Its place in the sealed chain of the house; null for the first second or so. */
  number: number | null;
  /** When it happened. */
  at: string;
  /** What was done. */
  act: string;
  /** Who did it. */
  actor: Actor;
  /** The party that it was about; null when it was about none. */
  sessionId: string | null;
  /** The id of what it was done to; null when there is none. */
  subject: string | null;
  /** The network that it came from. */
  address: string;
  /** The keyed hash of the device's cookie; empty for a device without one. */
  device: string;
  /** What it changed, by the names of the fields, as they were. */
  before: Record<string, string | number | boolean | null>;
  /** What it changed, by the names of the fields, as they were afterwards. */
  after: Record<string, string | number | boolean | null>;
  /** What else belongs to it. */
  details: Record<string, string | number | boolean | null>;
}

/** A page of entries, newest first; `next` is to be given as `before` for the next page, null after the last. */
export interface AuditReply {
  /** Whether it was done. */
  success: true;
  /** What happened, newest first. */
  entries: AuditEntryView[];
  /** What to give as `before` for the next page; null after the last one. */
  next: string | null;
}

/** Whether a dish or option can be had. OUT is "86". */
export type Availability =
  | "AVAILABLE"
  | "OUT";

/** One line of the bill. `amount` is below zero for what is taken off. `rate` (basis points) is that of a percentage; a tax has its class and the `base` it is a share of. A tax that the prices contain (`isInclusive`) is not added to the total. `correctionId` and `lineId` say what was taken off. */
export interface BillPart {
  /** What it is. */
  kind: PartKind;
  /** What it comes to, below zero for what is taken off. */
  amount: Money;
  /** What people call the promotion or the tax; empty for everything else. */
  name: Record<string, string>;
  /** The share in basis points of what it is computed from; null for an amount. */
  rate: number | null;
  /** The correction that takes it off; null for what is no correction. */
  correctionId: string | null;
  /** The line that is voided or free; null for everything else. */
  lineId: string | null;
  /** Number of portions of a void or a comp; null for everything else. */
  quantity: number | null;
  /** The promotion code; null for everything else. */
  code: string | null;
  /** The tax class; null for what is no tax. */
  classId: string | null;
  /** What the tax is a share of; null for what is no tax. */
  base: Money | null;
  /** True for a tax that the prices contain: it is for information and not added to the total. */
  isInclusive: boolean;
}

/** What the checks come to, part by part. `items` less all that was taken off is `net`; with the fees and the taxes on top it is the `total`. */
export interface BillsView {
  /** How many checks were closed; on the present day also those that are still open. */
  checks: number;
  /** Number of guests. */
  covers: number;
  /** What was ordered, at the prices of the orders. */
  items: Money;
  /** What was taken off as voided. */
  voids: Money;
  /** What was made free. */
  comps: Money;
  /** What discounts took off. */
  discounts: Money;
  /** What promotion codes took off. */
  promotions: Money;
  /** What is left of it after all that was taken off. */
  net: Money;
  /** The service charge. */
  serviceCharge: Money;
  /** What bringing it cost the guests. */
  deliveryFee: Money;
  /** The taxes that come on top of the prices. */
  taxOnTop: Money;
  /** The sum. */
  total: Money;
  /** How many of the checks are still open. */
  openChecks: number;
  /** What the open ones come to. */
  openTotal: Money;
}

/** Open tickets, the longest waiting first, and how many of each dish are still to be cooked. `onPass` is what is cooked and not run yet, on screens that show all stations. With `next` there is more of both; the numbers are those of the whole board. */
export interface BoardReply {
  /** Whether it was done. */
  success: true;
  /** The open tickets, the longest waiting first. */
  tickets: TicketView[];
  /** What is cooked and not run yet, on screens that show all stations. */
  onPass: TicketView[];
  /** How many portions of each dish are still to be cooked over all these tickets, by the dish's first name. */
  allDay: Record<string, number>;
  /** The same for each station by its code; there, each counts its own part of a dish. */
  allDayByStation: Record<string, Record<string, number>>;
  /** What to give as `after` to read on; null when this was the end. */
  next: string | null;
}

/** Which order, and how far it is; with the `revisions` of its tickets that the screen showed, by their ids, only if there is nothing else to cook since. */
export interface BumpOrder {
  /** The order. */
  orderId: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
  /** READY: all of it is together; RUN: it is on its way to the table. */
  level: Level;
  /** The revisions of its tickets that the screen showed, by their ids; another one: `STATUS_CONFLICT`. */
  revisions?: Record<string, number>;
}

/** Which ticket; with the `revision` that the screen showed, it is cleared only if there is nothing else to cook since. */
export interface BumpTicket {
  /** The ticket. */
  ticketId: string;
  /** Names this step and every repeat of it. */
  opId?: string | null;
  /** The `revision` that the screen showed: refused if there is something else to cook since. */
  revision?: number | null;
}

/** Which order, and why; above the house's limit with a manager's PIN, like every void. */
export interface CancelDelivery {
  /** The order it belongs to. */
  orderId: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
  /** Why. */
  reason: string;
  /** Who approves what is above the house's limit, with their PIN: a manager other than the one who acts. */
  approval?: Approval | null;
}

/** `sms:cancel` */
export interface CancelMessage {
  /** Names one message to a phone, in all that is said of it. */
  correlationId: string;
}

/** Which lines of which round, all that are left of it without `lineIds`, and why: the guests are told. */
export interface CancelOrderForSession {
  /** The order it belongs to. */
  orderId: string;
  /** The lines it is about. */
  lineIds?: string[] | null;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** Why. */
  reason: string;
  /** The party's session. */
  sessionId: string;
}

/** Which lines of which round; all that are left of it without `lineIds`. */
export interface CancelOwnOrder {
  /** The order it belongs to. */
  orderId: string;
  /** The lines it is about. */
  lineIds?: string[] | null;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
}

/** Which payment shall not go on. */
export interface CancelPayment {
  /** The payment online. */
  paymentId: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** The order as it is now; `replayed` when the operation had been carried out before. */
export interface CancelReply {
  /** Whether it was done. */
  success: true;
  /** The order as it is now. */
  order: OrderView;
  /** True when it had been carried out before and nothing was changed now. */
  replayed: boolean;
}

/** Which request is taken back. */
export interface CancelService {
  /** The request for service. */
  requestId: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** `cart:changed` */
export interface CartChanged {
  /** The cart as it is now. */
  cart: CartView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** One dish with its modifiers. `unitPrice` is what the guest was shown; placing prices it anew from the menu. */
export interface CartLine {
  /** Opaque identifier. */
  id: string;
  /** The dish, by its id on the menu. */
  itemId: string;
  /** What people call it. */
  name: Record<string, string>;
  /** Number of portions. */
  quantity: number;
  /** Ids of the chosen options. */
  modifiers: string[];
  /** Free text for the kitchen. */
  note: string;
  /** Allergens that whoever eats it must not get: the kitchen cannot overlook it. */
  avoid: Allergen[];
  /** What one portion costs, with its modifiers. */
  unitPrice: Money;
  /** Who added the line. */
  addedBy: Actor;
  /** When the line was added. */
  addedAt: string;
  /** False while it cannot be had; the cart cannot be sent with it. */
  isAvailable: boolean;
  /** How many portions there are for it, while it asks for more: order fewer. Null: there are enough. */
  left: number | null;
  /** Price of all its portions, as shown. */
  price: Money;
}

/** The cart as it is now; `replayed` when the operation had been carried out before. */
export interface CartReply {
  /** Whether it was done. */
  success: true;
  /** The cart as it is now. */
  cart: CartView;
  /** True when it had been carried out before and nothing was changed now. */
  replayed: boolean;
}

/** A cart as the guests see it. */
export interface CartView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** The party's session. */
  sessionId: string;
  /** The participant whose cart it is; null when the party shares it. */
  owner: string | null;
  /** What it consists of. */
  lines: CartLine[];
  /** The sum. */
  total: Money;
  /** Who is sending this cart and until when the others wait; null when nobody is. */
  hold: Hold | null;
  /** How many rounds have been sent from this cart. */
  rounds: number;
}

/** A heading of the menu. `hours` hold for its dishes that have none of their own; no window: always. */
export interface Category {
  /** Opaque identifier. */
  id: string;
  /** What people call it. */
  name: Record<string, string>;
  /** When its dishes are served, if they have no hours of their own; no window: always. */
  hours: Window[];
}

/** A heading of the menu. */
export interface CategoryForm {
  /** Opaque identifier. */
  id: string;
  /** What people call it. */
  name: Record<string, string>;
  /** When its dishes are served, if they have no hours of their own; no window: always. */
  hours?: WindowForm[];
}

/** What happened to an aggregate in its newest version, for animation: never needed to be right. */
export interface Change {
  /** What happened. */
  kind: string;
  /** Who did it. */
  by: Actor | null;
  /** The line it is about. */
  lineId: string | null;
  /** When it happened. */
  at: string;
}

/** `password` is the present one; at least one of the two is new. */
export interface ChangePassword {
  /** The present password. */
  password: string;
  /** The password to be used from now on, 8 to 72 bytes. */
  newPassword?: string | null;
  /** The PIN to be used from now on, 4 to 6 digits that are not easy to guess. */
  newPin?: string | null;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** What is left out stays. A new password or PIN ends all log-ins of the person. */
export interface ChangeStaff {
  /** The person. */
  staffId: string;
  /** What people call it. */
  name?: string | null;
  /** What one may be. */
  roles?: ("WAITER" | "CASHIER" | "CHEF" | "MANAGER")[] | null;
  /** A new password, 8 to 72 bytes. */
  password?: string | null;
  /** A new PIN: 4 to 6 digits that are not easy to guess. */
  pin?: string | null;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** What is left out stays as it is. Null clears `backup` and `busyPortions`, and gives a course of `ages` its usual minutes. */
export interface ChangeStation {
  /** The station, by its id. */
  stationId: string;
  /** The station, by its code, that gets what no screen of this one shows in time; null: none. */
  backup?: string | null;
  /** With more portions to cook than this, guests are warned; null: never. */
  busyPortions?: number | null;
  /** When lines of a course are late and too late; null: as usual. */
  ages?: { DRINKS?: AgeForm | null; STARTERS?: AgeForm | null; MAINS?: AgeForm | null; DESSERTS?: AgeForm | null };
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** `check:changed` at the table. */
export interface CheckChanged {
  /** The check as it is now. */
  check: CheckView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** One dish of a round, priced and taxed as it was placed. `by` is who added it. */
export interface CheckLine {
  /** Opaque identifier. */
  id: string;
  /** The dish, by its id on the menu. */
  itemId: string;
  /** What people call it. */
  name: Record<string, string>;
  /** Number of portions that were sent. */
  quantity: number;
  /** The chosen options, as they were called. */
  modifiers: Record<string, string>[];
  /** What one portion costs with its modifiers. */
  unitPrice: Money;
  /** The tax on it; null for none. */
  tax: Tax | null;
  /** Who added it. */
  by: Actor;
  /** Price of all its portions. */
  price: Money;
}

/** One order on the check. */
export interface CheckRound {
  /** The order it belongs to. */
  orderId: string;
  /** The order's number in the house, for people. */
  number: number;
  /** What the round costs. */
  amount: Money;
  /** Its dishes, priced and taxed as they were placed. */
  lines: CheckLine[];
}

/** Open until the party is gone. */
export type CheckStatus =
  | "OPEN"
  | "CLOSED";

/** A check as its guests see it: what is owed part by part, what was taken off, who pays what, and what was paid. */
export interface CheckView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** The party's session. */
  sessionId: string;
  /** The state it is in. */
  status: CheckStatus;
  /** How the meal reaches the guests; prices and taxes depend on it. */
  diningOption: DiningOption;
  /** Number of guests. */
  covers: number;
  /** The number of its receipt on the business day `numberDate`; null until one was shown. */
  number: number | null;
  /** The business day to which the number of the receipt belongs; null until it has one. */
  numberDate: string | null;
  /** The rounds on the check. */
  rounds: CheckRound[];
  /** What was taken off since the rounds were sent, oldest first. */
  corrections: CorrectionView[];
  /** What the check comes to, part by part, in the order in which it is computed; the last part is the total. */
  bill: BillPart[];
  /** How staff have divided it; null when they have not, and the claims divide it. */
  splitMethod: SplitMethod | null;
  /** What each of those who pay owes; together they are the total. One may be nobody's yet: `rest`. */
  shares: Share[];
  /** What guests have said that they pay for, dish by dish. */
  claims: Claim[];
  /** Payments on their way: nobody else can pay these amounts, or claim these lines. */
  pending: PendingView[];
  /** The payments, oldest first. */
  tenders: TenderView[];
  /** The sum. */
  total: Money;
  /** What has been paid. */
  paid: Money;
  /** What is still owed. */
  due: Money;
  /** What can be paid now: what is owed and not yet on its way. */
  payable: Money;
  /** What was paid beyond the total, because something was taken off afterwards; it has to be given back. */
  overpaid: Money;
}

/** One proof is enough: the cookie of `verify-code` (from a listed Origin), or its token. */
export interface CheckoutAuth {
  /** `en` or `ro`: the language of error messages. Without it the browser's Accept-Language counts. */
  language?: string | null;
  /** `token` from `verify-code` or from the last refresh. */
  token?: string | null;
}

/** One message as it would have been heard: its name and its payload. */
export type CheckoutSyncMessage = { event: "order:changed"; payload: OrderChanged } | { event: "check:changed"; payload: CheckChanged } | { event: "payment:changed"; payload: PaymentChanged } | { event: "delivery:changed"; payload: PlanChanged } | { event: "menu:changed"; payload: MenuChanged } | { event: "item:changed"; payload: ItemChanged } | { event: "station:changed"; payload: GuestStationChanged };

/** What is newer than what the client has, and what of it is none of the client's any more. */
export interface CheckoutSyncReply {
  /** Whether it was done. */
  success: true;
  /** What the client would have heard, each once. */
  messages: CheckoutSyncMessage[];
  /** Ids that the client named and is not told of any more, because a merge ended: to be forgotten. */
  gone: string[];
  /** What to give as `before` for the next page; null after the last one. */
  next: string | null;
}

/** All checks of the session, its own first; after a merge there are several. */
export interface ChecksReply {
  /** Whether it was done. */
  success: true;
  /** The checks of the session, its own first. */
  checks: CheckView[];
  /** With whom guests can pay online; null where they cannot. */
  onlinePayment: OnlinePayment | null;
}

/** A participant pays `parts` of `of` equal parts of a line: one of two halves of a shared dish. A participant has one claim on a line; it stays when they leave or are sent away, until staff take it back. */
export interface Claim {
  /** The line it is about. */
  lineId: string;
  /** Who pays for it. */
  by: Actor;
  /** How many of the equal parts. */
  parts: number;
  /** Into how many equal parts the line is divided. */
  of: number;
}

/** For which participant staff claim it. */
export interface ClaimForGuestForSession {
  /** The line it is about. */
  lineId: string;
  /** How much of the line; all of it if left out. */
  share?: LineShare;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** The participant, who is one device in one session. */
  participantId: string;
  /** The party's session. */
  sessionId: string;
}

/** `share` is how much of the line; it takes the place of what the same participant had claimed of it. */
export interface ClaimLine {
  /** The line it is about. */
  lineId: string;
  /** How much of the line; all of it if left out. */
  share?: LineShare;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
}

/** The check as it is now; `replayed` when the operation had been carried out before. */
export interface ClaimReply {
  /** Whether it was done. */
  success: true;
  /** The check as it is now. */
  check: CheckView;
  /** True when it had been carried out before and nothing was changed now. */
  replayed: boolean;
}

/** All lines go. */
export interface ClearCart {
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
}

/** All lines go. */
export interface ClearCartForSession {
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** The party's session. */
  sessionId: string;
}

/** `reason` lets a manager close although money is owed by the guests or by the house, dishes are cooking or rounds wait for approval. */
export interface CloseSessionForSession {
  /** Why. With it a manager may close although something is left to do. */
  reason?: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
  /** The party's session. */
  sessionId: string;
}

/** Which portions are made free; without `quantity` all that are left on the check. */
export interface CompLineForSession {
  /** The order it belongs to. */
  orderId: string;
  /** The line it is about. */
  lineId: string;
  /** Number of portions; all that are left on the check if left out. */
  quantity?: number | null;
  /** Why. */
  reason: string;
  /** Who approves what is above the house's limit, with their PIN: a manager other than the one who acts. */
  approval?: Approval | null;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** The party's session. */
  sessionId: string;
}

/** The data of CONNECT_ERROR: the connection was refused. */
export interface ConnectError {
  /** For people, in the client's language. */
  message: string;
  /** The code, and what belongs to it. */
  data: { code: ErrorCode; details: Record<string, any> };
}

/** Void: a line is taken off. Comp: a line is made free. Discount: the check costs less. Promotion: so by a code. */
export type CorrectionKind =
  | "VOID"
  | "COMP"
  | "DISCOUNT"
  | "PROMOTION";

/** The check as it is now and what was taken off; `replayed` when the operation had been carried out before. */
export interface CorrectionReply {
  /** Whether it was done. */
  success: true;
  /** The check as it is now. */
  check: FloorCheckView;
  /** What was taken off. */
  correction: FloorCorrectionView;
  /** True when it had been carried out before and nothing was changed now. */
  replayed: boolean;
}

/** Something that was taken off, as the guests see it. `amount` is what it takes off now. */
export interface CorrectionView {
  /** Opaque identifier. */
  id: string;
  /** Voided, made free, a discount, or a promotion code. */
  kind: CorrectionKind;
  /** The order it belongs to. */
  orderId: string | null;
  /** The line it is about. */
  lineId: string | null;
  /** Number of portions; null for a discount or a promotion. */
  quantity: number | null;
  /** A share of what is left then, in basis points; null for an amount. */
  percent: number | null;
  /** The promotion code; null when it is none. */
  code: string | null;
  /** What people call the promotion; empty when it is none. */
  name: Record<string, string>;
  /** What it takes off as the check is now. */
  amount: Money;
  /** When it happened. */
  at: string;
}

/** Serving step of a dish, in the order of a dinner. */
export type Course =
  | "DRINKS"
  | "STARTERS"
  | "MAINS"
  | "DESSERTS";

/** The rounds that have a dish of that course, as they are now, oldest first. */
export interface CourseReply {
  /** Whether it was done. */
  success: true;
  /** The orders, oldest first. */
  orders: OrderView[];
}

/** The party's tickets that have a dish of that course, as they are now. */
export interface CourseTicketsReply {
  /** Whether it was done. */
  success: true;
  /** The open tickets, the longest waiting first. */
  tickets: TicketView[];
}

/** The order as it is now; `replayed` when the operation had been carried out before. */
export interface DecisionReply {
  /** Whether it was done. */
  success: true;
  /** The order as it is now. */
  order: OrderView;
  /** True when it had been carried out before and nothing was changed now. */
  replayed: boolean;
}

/** What bringing it costs, in minor units; nothing from an amount of dishes on. */
export interface DeliveryFee {
  /** In minor units. */
  amount: number;
  /** From what the dishes come to on it costs nothing, in minor units; null for never. */
  freeFrom: number | null;
  /** How it is taxed, by the id of a tax class; null for not at all. */
  taxClass: string | null;
}

/** What bringing it costs. */
export interface DeliveryFeeForm {
  /** In minor units. */
  amount: number;
  /** From what the dishes come to on it costs nothing, in minor units; null for never. */
  freeFrom?: number | null;
  /** How it is taxed, by the id of a tax class; null for not at all. */
  taxClass?: string | null;
}

/** The order as it is now. */
export interface DeliveryReply {
  /** Whether it was done. */
  success: true;
  /** The order as it is now. */
  order: OrderView;
}

/** How far it is, besides what the kitchen does: with a courier, handed over, or called off. */
export type DeliveryStatus =
  | "PREPARING"
  | "ON_THE_WAY"
  | "DELIVERED"
  | "CANCELLED";

/** Name, phone (E.164) and address of a customer as they were then; `address` is None for what is fetched. */
export interface Destination {
  /** What people call it. */
  name: string;
  /** A mobile number of a country of the house, as people write it. */
  phone: string;
  /** The network that it came from. */
  address: AddressDetails | null;
  /** Where the customer's own phone said that it was; null when it did not say. */
  point: Point | null;
}

/** `device:changed` */
export interface DeviceChanged {
  /** The device as it is now. */
  device: DeviceView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** A tablet on the floor, on which people log in; a screen in the kitchen, which is somebody itself; a phone that sends messages. */
export type DeviceKind =
  | "TABLET"
  | "SCREEN"
  | "SMS_PHONE";

/** The device as it is now. */
export interface DeviceReply {
  /** Whether it was done. */
  success: true;
  /** The device as it is now. */
  device: DeviceView;
}

/** It waits for its code to be typed, is one of ours, or was sent away for good. */
export type DeviceStatus =
  | "WAITING"
  | "PAIRED"
  | "REVOKED";

/** A tablet, a screen or an SMS phone, to the managers. */
export interface DeviceView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** A tablet of the floor, a screen of the kitchen, or a phone that sends messages. */
  kind: DeviceKind;
  /** What people call it. */
  name: string;
  /** Codes of the stations that a screen shows; none: all. */
  stations: string[];
  /** Whether it waits for its code, is paired, or was revoked. */
  status: DeviceStatus;
  /** Who took it into the house. */
  enrolledBy: Actor;
  /** When a manager took it into the house. */
  enrolledAt: string;
  /** Until when its pairing code can be used; null once it was. */
  codeEndsAt: string | null;
  /** When it was paired. */
  pairedAt: string | null;
  /** When it was sent away. */
  revokedAt: string | null;
}

/** What a dish suits. */
export type Diet =
  | "VEGETARIAN"
  | "VEGAN"
  | "HALAL";

/** At the table, to take away, or brought home. */
export type DiningOption =
  | "DINE_IN"
  | "TAKE_OUT"
  | "DELIVERY";

/** What was eaten here, taken away and brought. */
export interface DiningOptionRow {
  /** How the meal reaches the guests; prices and taxes depend on it. */
  diningOption: DiningOption;
  /** How many checks. */
  checks: number;
  /** Number of guests. */
  covers: number;
  /** What was ordered, at the prices of the orders. */
  items: Money;
  /** What is left of it after all that was taken off. */
  net: Money;
  /** The sum. */
  total: Money;
}

/** All that was changed since the menu was published goes. */
export interface DiscardDraft {
  /** The version of the draft; 0 while there has been none. */
  draftVersion: number;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
}

/** What can be ordered. Every station in `stations` gets a ticket. `prices` replace `price` for a dining option. `hours`: None for those of its category, no window for always. */
export interface Dish {
  /** Opaque identifier. */
  id: string;
  /** The heading under which the dish stands. */
  categoryId: string;
  /** What people call it. */
  name: Record<string, string>;
  /** What the dish is, by language code. */
  description: Record<string, string>;
  /** What one portion costs without modifiers, in minor units of the menu's currency. */
  price: number;
  /** The price for a dining option where it is another one, in minor units of the menu's currency. */
  prices: { DINE_IN?: number; TAKE_OUT?: number; DELIVERY?: number };
  /** How it can be had. */
  diningOptions: DiningOption[];
  /** When it is served; null for the hours of its heading, no window for always. */
  hours: Window[] | null;
  /** Codes of the stations that cook it. */
  stations: string[];
  /** The serving step. */
  course: Course;
  /** Choices that belong together. */
  modifierGroups: string[];
  /** Allergens by Regulation (EU) No 1169/2011. */
  allergens: Allergen[];
  /** What the dish suits. */
  diets: Diet[];
  /** Minutes that the kitchen usually needs. */
  prepMinutes: number;
  /** How it is taxed, by the id of a tax class; null for not at all. */
  taxClass: string | null;
  /** The URL of a picture; null for none. */
  picture: string | null;
}

/** What can be ordered. */
export interface DishForm {
  /** Opaque identifier. */
  id: string;
  /** The heading under which the dish stands. */
  categoryId: string;
  /** What people call it. */
  name: Record<string, string>;
  /** What the dish is, by language code. */
  description?: Record<string, string>;
  /** What one portion costs without modifiers, in minor units of the menu's currency. */
  price: number;
  /** The price for a dining option where it is another one, in minor units of the menu's currency. */
  prices?: { DINE_IN?: number; TAKE_OUT?: number; DELIVERY?: number };
  /** How it can be had. */
  diningOptions?: DiningOption[];
  /** When it is served; null for the hours of its heading, no window for always. */
  hours?: WindowForm[] | null;
  /** Codes of the stations that cook it. */
  stations?: string[];
  /** The serving step. */
  course: Course;
  /** Choices that belong together. */
  modifierGroups?: string[];
  /** Allergens by Regulation (EU) No 1169/2011. */
  allergens?: Allergen[];
  /** What the dish suits. */
  diets?: Diet[];
  /** Minutes that the kitchen usually needs. */
  prepMinutes?: number;
  /** How it is taxed, by the id of a tax class; null for not at all. */
  taxClass?: string | null;
  /** The URL of a picture; null for none. */
  picture?: string | null;
}

/** What of a dish was sold. */
export interface DishRow {
  /** The dish, by its id on the menu; null for all dishes that have no row of their own. */
  itemId: string | null;
  /** What people call it. */
  name: Record<string, string>;
  /** Portions that were sold; voided ones are not among them. */
  portions: number;
  /** What was ordered, at the prices of the orders. */
  items: Money;
  /** What is left of it after all that was taken off. */
  net: Money;
}

/** What one of those who pay takes: an `amount` in minor units (AMOUNTS) or `lineIds` (LINES), else what the method says. A part is somebody's by its `participantId`, or has any `name`. */
export interface DividePart {
  /** What people call who pays it; a participant's own name if left out. */
  name?: string;
  /** The participant who pays it, if it is one. */
  participantId?: string | null;
  /** What this part pays, in minor units; only for AMOUNTS. */
  amount?: number | null;
  /** What this part pays for; only for LINES, and a line of several parts is shared evenly. */
  lineIds?: string[];
}

/** What a phone has to do about a message that it has named. */
export type Do =
  | "send"
  | "report"
  | "forget";

/** Nothing more to say. */
export interface Done {
  /** Whether it was done. */
  success: true;
}

/** The draft, or the menu from which one would begin. */
export interface DraftReply {
  /** Whether it was done. */
  success: true;
  /** What the next menu will be. */
  draft: DraftView;
}

/** What is being prepared, in all languages, with what is still wrong in it. Without a draft it is the menu as it is published. */
export interface DraftView {
  /** Grows with every change of the draft; 0 while there has been none. */
  version: number;
  /** The version of the published menu. */
  menuVersion: number;
  /** The version of the published menu from which the draft began. */
  basedOn: number;
  /** Who last changed the draft; null without a draft. */
  editedBy: Actor | null;
  /** When the draft was last changed; null without a draft. */
  editedAt: string | null;
  /** ISO 4217 code. */
  currency: string;
  /** Codes of the languages in which it is written. */
  languages: string[];
  /** The headings of the menu, in order. */
  categories: Category[];
  /** Choices that belong together. */
  modifierGroups: ModifierGroup[];
  /** Everything that can be ordered, in order. */
  dishes: Dish[];
  /** Taxes, fees and promotions. */
  pricing: Pricing;
  /** What is still wrong, in the order of the menu. */
  problems: ProblemView[];
  /** How many mistakes there are; the first hundred are named. */
  problemCount: number;
}

/** The version that the draft has now, and what is still wrong in it. */
export interface EditReply {
  /** Whether it was done. */
  success: true;
  /** The version of the draft; 0 while there has been none. */
  draftVersion: number;
  /** What is still wrong, in the order of the menu. */
  problems: ProblemView[];
  /** How many mistakes there are; the first hundred are named. */
  problemCount: number;
  /** True when it had been carried out before and nothing was changed now. */
  replayed: boolean;
}

/** Which device has to go. It knows the PIN, so there is a new one unless `keepPin` says otherwise. */
export interface EjectParticipantForSession {
  /** The participant, who is one device in one session. */
  participantId: string;
  /** Why. */
  reason?: string;
  /** True leaves the PIN as it is; otherwise it is a new one, which the ack tells. */
  keepPin?: boolean;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
  /** The party's session. */
  sessionId: string;
}

/** `stations` are codes of the stations that a screen shows; none, or one that assembles: all. A device of that name that still waits for its code gets a new one. */
export interface EnrolDevice {
  /** A tablet of the floor, a screen of the kitchen, or a phone that sends messages. */
  kind: DeviceKind;
  /** What people call it. */
  name: string;
  /** Codes of the stations that a screen shows; none: all. */
  stations?: string[];
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** `code` is typed on the device within `expiresIn` seconds, or read by an SMS phone from a QR code that says `qr`; both are told once, a repeat of the operation has none. */
export interface EnrolReply {
  /** Whether it was done. */
  success: true;
  /** The device as it is now. */
  device: DeviceView;
  /** To be typed on the device; told once. */
  code: string | null;
  /** For an SMS phone: what a QR code has to say; told once. */
  qr: string | null;
  /** Seconds until it is worth nothing. */
  expiresIn: number;
}

/** What can be taken out of a menu. */
export type EntryKind =
  | "CATEGORY"
  | "GROUP"
  | "OPTION"
  | "DISH"
  | "PROMOTION";

/** Why it was not done. */
export interface Error {
  /** For programs; see the list of errors. */
  code: ErrorCode;
  /** For people, in the client's language. */
  message: string;
  /** Numbers and snapshots that the code's meaning names; empty for most codes. */
  details: Record<string, any>;
}

/** `check:changed` on the floor. */
export interface FloorCheckChanged {
  /** The check as it is now. */
  check: FloorCheckView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** A check as the staff see it. */
export interface FloorCheckView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** The party's session. */
  sessionId: string;
  /** The state it is in. */
  status: CheckStatus;
  /** How the meal reaches the guests; prices and taxes depend on it. */
  diningOption: DiningOption;
  /** Number of guests. */
  covers: number;
  /** The number of its receipt on the business day `numberDate`; null until one was shown. */
  number: number | null;
  /** The business day to which the number of the receipt belongs; null until it has one. */
  numberDate: string | null;
  /** The rounds on the check. */
  rounds: CheckRound[];
  /** What was taken off since the rounds were sent, oldest first. */
  corrections: FloorCorrectionView[];
  /** What the check comes to, part by part, in the order in which it is computed; the last part is the total. */
  bill: BillPart[];
  /** How staff have divided it; null when they have not, and the claims divide it. */
  splitMethod: SplitMethod | null;
  /** What each of those who pay owes; together they are the total. One may be nobody's yet: `rest`. */
  shares: Share[];
  /** What guests have said that they pay for, dish by dish. */
  claims: Claim[];
  /** Payments on their way: nobody else can pay these amounts, or claim these lines. */
  pending: FloorPendingView[];
  /** The payments, oldest first. */
  tenders: FloorTenderView[];
  /** The sum. */
  total: Money;
  /** What has been paid. */
  paid: Money;
  /** What is still owed. */
  due: Money;
  /** What can be paid now: what is owed and not yet on its way. */
  payable: Money;
  /** What was paid beyond the total, because something was taken off afterwards; it has to be given back. */
  overpaid: Money;
}

/** All checks of the session, its own first, with the reasons of what was taken off. */
export interface FloorChecksReply {
  /** Whether it was done. */
  success: true;
  /** The checks of the session, its own first. */
  checks: FloorCheckView[];
}

/** The check as it is now; `replayed` when the operation had been carried out before. */
export interface FloorClaimReply {
  /** Whether it was done. */
  success: true;
  /** The check as it is now. */
  check: FloorCheckView;
  /** True when it had been carried out before and nothing was changed now. */
  replayed: boolean;
}

/** Something that was taken off, as the staff see it. */
export interface FloorCorrectionView {
  /** Opaque identifier. */
  id: string;
  /** Voided, made free, a discount, or a promotion code. */
  kind: CorrectionKind;
  /** The order it belongs to. */
  orderId: string | null;
  /** The line it is about. */
  lineId: string | null;
  /** Number of portions; null for a discount or a promotion. */
  quantity: number | null;
  /** A share of what is left then, in basis points; null for an amount. */
  percent: number | null;
  /** The promotion code; null when it is none. */
  code: string | null;
  /** What people call the promotion; empty when it is none. */
  name: Record<string, string>;
  /** What it takes off as the check is now. */
  amount: Money;
  /** When it happened. */
  at: string;
  /** Why. */
  reason: string;
  /** Who did it. */
  by: Actor;
  /** Who approved it; null when it needed nobody. */
  approver: Actor | null;
}

/** `item:changed` on the floor and in the kitchen. */
export interface FloorItemChanged {
  /** The dish or option, and whether it can be had. */
  item: FloorItemView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** The same with every count, and by name: a screen of the kitchen has no menu. */
export interface FloorItemView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** The id of the dish or of the option. */
  itemId: string;
  /** Whether it can be had. */
  isAvailable: boolean;
  /** Until when it is sold out; null for until further notice. */
  until: string | null;
  /** Portions that are left, of what is out when it is back; null if nobody counts. */
  left: number | null;
  /** What the menu calls it, by language code, or called it last. */
  name: Record<string, string>;
}

/** Who has logged in, and what proves it from now on. */
export interface FloorLogInReply {
  /** Whether it was done. */
  success: true;
  /** The person as they are now. */
  staff: StaffView;
  /** The house. */
  restaurantId: string;
  /** Proves the log-in where there is no device cookie, as `auth.accessToken`. Keep it secret. */
  accessToken: string;
  /** Seconds until it is worth nothing. */
  expiresIn: number;
  /** Gets new tokens by `staff:refresh`, once. Keep it secret. */
  refreshToken: string;
  /** All that is shown now, as `sync:get` would answer; null if it is too large or was not read in time. */
  snapshot: FloorSnapshot | null;
}

/** `deviceToken` proves the device as `auth.deviceToken` from now on; it is told once. */
export interface FloorPairReply {
  /** Whether it was done. */
  success: true;
  /** The enrolled device. */
  deviceId: string;
  /** The house. */
  restaurantId: string;
  /** What people call it. */
  name: string;
  /** Codes of the stations that cook it. */
  stations: string[];
  /** Proves the device, as `auth.deviceToken`. Told once; keep it secret. */
  deviceToken: string;
  /** All that is shown now, as `sync:get` would answer; null if it is too large or was not read in time. */
  snapshot: FloorSnapshot | null;
}

/** The same, and who said so. */
export interface FloorPauseView {
  /** When it ends by itself. */
  until: string | null;
  /** When it began. */
  since: string;
  /** Who did it. */
  by: Actor;
}

/** A payment on its way, as the staff see it, who can cancel it. */
export interface FloorPendingView {
  /** Who pays. */
  by: Actor;
  /** What of it goes to the check. */
  amount: Money;
  /** A gift to the staff, on top of the amount. */
  tip: Money;
  /** The share of the check that it pays; null for the check as such. */
  shareId: string | null;
  /** The lines that its payer has claimed: nobody can claim them meanwhile. */
  lineIds: string[];
  /** When it happened. */
  at: string;
  /** The payment online. */
  paymentId: string;
}

/** `delivery:changed` on the floor. */
export interface FloorPlanChanged {
  /** Where, when and for how much the house delivers. */
  plan: FloorPlanView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** The plan as the staff see it. */
export interface FloorPlanView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** Whether orders from outside are taken at all. */
  isOffered: boolean;
  /** Whether orders can be fetched at the house. */
  takeOut: boolean;
  /** The parts of the town that dishes are brought to; of several that an address is in, the first counts. */
  zones: FloorZoneView[];
  /** When orders are handed over; null: at any time, for as soon as possible. */
  slots: FloorSlotRuleView | null;
  /** Minutes from an order to the beginning of the first slot that can be chosen. */
  leadMinutes: number;
  /** Minutes from when the kitchen is ready until it leaves the house, or can be taken. */
  packMinutes: number;
  /** Nothing is taken until `until` has come, if it has one; null when nobody has paused. */
  pause: FloorPauseView | null;
}

/** The check as it is now; `replayed` when the operation had been carried out before. */
export interface FloorPromotionReply {
  /** Whether it was done. */
  success: true;
  /** The check as it is now. */
  check: FloorCheckView;
  /** True when it had been carried out before and nothing was changed now. */
  replayed: boolean;
}

/** `session:changed` and `session:closed` on the floor. */
export interface FloorSessionChanged {
  /** The session as it is now. */
  session: FloorSessionView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** A session as the staff see it. */
export interface FloorSessionView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** The state it is in. */
  status: SessionStatus;
  /** One cart for all, or one for each participant. */
  mode: Mode;
  /** The table. */
  tableId: string;
  /** What people call the table. */
  tableName: string;
  /** The table from which the party was moved; null if it was not. */
  tableWas: string | null;
  /** What people call the tables at which the party sits: its own, then those of parties merged into it. */
  tables: string[];
  /** The session that has everything of this one until it is unmerged; null if it is on its own. */
  mergedInto: string | null;
  /** The devices that are in. */
  participants: ParticipantView[];
  /** When the table was opened. */
  openedAt: string;
  /** When the table was closed. */
  closedAt: string | null;
  /** How the meal reaches the guests; prices and taxes depend on it. */
  diningOption: DiningOption;
  /** Number of guests. */
  covers: number;
  /** Who opened the table. */
  openedBy: Actor;
  /** Who serves the table; null when it is nobody's in particular. */
  waiter: Actor | null;
  /** Since when nothing happened at the table, once that is unusually long; else null. */
  idleSince: string | null;
  /** Until when guests may join with the PIN although the house takes no joins; null if never allowed. */
  admitsUntil: string | null;
}

/** The same, and how many portions fit into a slot. */
export interface FloorSlotRuleView {
  /** Within these hours slots lie; the first begins when they open, the last is whole. */
  hours: Window[];
  /** How long a slot is. */
  minutes: number;
  /** How many days ahead of today a slot can be chosen. */
  days: number;
  /** Most portions that are sold into one slot. */
  cap: number;
}

/** What is newer than what the client has, and what of it is none of the client's any more. */
export interface FloorSnapshot {
  /** What the client would have heard, each once. */
  messages: FloorSyncMessage[];
  /** Ids that the client named and is not told of any more, because a merge ended: to be forgotten. */
  gone: string[];
  /** What to give as `before` for the next page; null after the last one. */
  next: string | null;
}

/** One message as it would have been heard: its name and its payload. */
export type FloorSyncMessage = { event: "table:changed"; payload: TableChanged } | { event: "alarm:changed"; payload: AlarmChanged } | { event: "session:changed"; payload: FloorSessionChanged } | { event: "session:closed"; payload: FloorSessionChanged } | { event: "cart:changed"; payload: CartChanged } | { event: "order:changed"; payload: OrderChanged } | { event: "check:changed"; payload: FloorCheckChanged } | { event: "service:changed"; payload: ServiceChanged } | { event: "menu:changed"; payload: MenuChanged } | { event: "item:changed"; payload: FloorItemChanged } | { event: "station:changed"; payload: StationChanged } | { event: "delivery:changed"; payload: FloorPlanChanged } | { event: "staff:changed"; payload: StaffChanged } | { event: "device:changed"; payload: DeviceChanged } | { event: "sms-phone:changed"; payload: SmsPhoneChanged };

/** What is newer than what the client has, and what of it is none of the client's any more. */
export interface FloorSyncReply {
  /** Whether it was done. */
  success: true;
  /** What the client would have heard, each once. */
  messages: FloorSyncMessage[];
  /** Ids that the client named and is not told of any more, because a merge ended: to be forgotten. */
  gone: string[];
  /** What to give as `before` for the next page; null after the last one. */
  next: string | null;
}

/** A payment as the staff see it. */
export interface FloorTenderView {
  /** Opaque identifier. */
  id: string;
  /** How it was paid. */
  method: TenderMethod;
  /** The share of the check that it pays; null for the check as such. */
  shareId: string | null;
  /** What of it goes to the check. */
  amount: Money;
  /** A gift to the staff, on top of the amount. */
  tip: Money;
  /** The cash that was handed over; null for what was not paid in cash. */
  given: Money | null;
  /** What the guest got back at once; null for what was not paid in cash. */
  change: Money | null;
  /** What of it was given back. */
  refunded: Money;
  /** What of the tip was given back. */
  tipRefunded: Money;
  /** When it happened. */
  at: string;
  /** What the terminal's slip says to find the payment again; may be empty. */
  reference: string;
  /** Who did it. */
  by: Actor;
  /** What of it still counts as paid. */
  kept: Money;
  /** What of the tip the staff still have. */
  tipKept: Money;
  /** When and why what of it was given back. */
  refunds: RefundView[];
}

/** The same, and what is in it. */
export interface FloorZoneView {
  /** Opaque identifier. */
  id: string;
  /** What people call it. */
  name: Record<string, string>;
  /** What bringing it costs, in minor units. */
  fee: number;
  /** From what the dishes come to on it costs nothing, in minor units; null for never. */
  freeFrom: number | null;
  /** What the dishes must come to, in minor units. */
  minimum: number;
  /** How long the way takes. */
  minutes: number;
  /** Postal codes without spaces and hyphens, or how they begin, `0101*`; `*` is every one. */
  postalCodes: string[];
  /** Its corners in order, in degrees of latitude and longitude; it closes by itself, the edge is inside. */
  polygon: string[];
}

/** The plan of the house; null where nobody has set one up. */
export interface FoundPlanReply {
  /** Whether it was done. */
  success: true;
  /** Where, when and for how much the house delivers; null where nobody has said. */
  plan: FloorPlanView | null;
}

/** `station` narrows the board to one station by its code. `after` is the `next` of the answer before. */
export interface GetBoard {
  /** Narrows the board to one station, by its code. */
  station?: string | null;
  /** What the answer before named as `next`; `station` is the same as there. */
  after?: string | null;
}

/** `language` is a code like `ro`; without it the menu comes in all its languages. Without `diningOption` it is what is served at the table. */
export interface GetMenu {
  /** Code of the language that is wanted, like `ro`. Without it the menu comes in all its languages. */
  language?: string | null;
  /** How the meal reaches the guests; prices and taxes depend on it. */
  diningOption?: DiningOption;
}

/** `checkId` is needed only for a check of a merged party. With `shareId` it says what of it that share pays. Without `language` it is in that of the connection. */
export interface GetReceipt {
  /** The check, where there are several; without it the party's own. */
  checkId?: string | null;
  /** Whose part is wanted, by the id of a share of the check; the whole check if left out. */
  shareId?: string | null;
  /** Code of the language that is wanted, like `ro`; the connection's if left out. */
  language?: string | null;
  /** TEXT for a printer with 42 columns, HTML for a page to show and print. */
  format?: ReceiptFormat;
}

/** `checkId` is needed only for a check of a merged party. With `shareId` it says what of it that share pays. Without `language` it is in that of the connection. */
export interface GetReceiptForSession {
  /** The check, where there are several; without it the party's own. */
  checkId?: string | null;
  /** Whose part is wanted, by the id of a share; the whole check if left out. */
  shareId?: string | null;
  /** Code of the language that is wanted, like `ro`; the connection's if left out. */
  language?: string | null;
  /** TEXT for a printer with 42 columns, HTML for a page to show and print. */
  format?: ReceiptFormat;
  /** The party's session. */
  sessionId: string;
}

/** Business days, both included; today where one is left out. */
export interface GetReport {
  /** The first business day, like `2026-11-21`; that of `to` if left out. */
  from?: string | null;
  /** The last business day; today if left out. */
  to?: string | null;
}

/** `have` maps the ids that the client holds to their versions; what it leaves out it is told again. `after` is the `next` of the answer before, to the same `have`. */
export interface GetSync {
  /** The versions that the client holds, by id. */
  have?: Record<string, number>;
  /** What the answer before named as `next`; `have` is the same as there. */
  after?: string | null;
}

/** `station:changed` at the table. */
export interface GuestStationChanged {
  /** The station, by its code. */
  station: GuestStationView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** A station as guests know it: how long its dishes take. */
export interface GuestStationView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** What dishes name it by. */
  code: string;
  /** What people call it. */
  name: Record<string, string>;
  /** How long its dishes take now; null while nobody knows. */
  wait: Wait | null;
}

/** Who takes over; a manager may also say from whom (`from`), else it is one's own shift. */
export interface HandOverShift {
  /** The person who has the tables from then on. */
  to: string;
  /** Whose tables they were; oneself if left out, and only a manager may name another. */
  from?: string | null;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** The first message of every connection. A client older than `minProtocol` must be brought up to date. An SMS phone proves itself by the `challenge`. */
export interface Hello {
  /** The protocol version that the server speaks. */
  protocol: number;
  /** The oldest protocol version that the server still speaks. */
  minProtocol: number;
  /** The server's clock, to set countdowns by. */
  serverTime: string;
  /** Who the server takes this connection for. */
  principal: Me;
  /** What is allowed at most. */
  limits: Limits;
  /** With whom guests can pay online; null where they cannot. */
  onlinePayment: OnlinePayment | null;
  /** What an SMS phone makes its proof of, on this connection and on no other; null elsewhere. */
  challenge: string | null;
}

/** One phone reviews and sends while the others wait, until it sends, lets go or the time is up. `fence` grows with each hold, so that a phone that comes back late is told that its hold is no longer the one. */
export interface Hold {
  /** Who did it. */
  by: Actor;
  /** When it ends by itself. */
  until: string;
  /** Grows with every hold of this cart: it names one hold. */
  fence: number;
}

/** The order and its check; `replayed` when the key had been used for it before. */
export interface HomeOrderReply {
  /** Whether it was done. */
  success: true;
  /** The order as it is now. */
  order: OrderView;
  /** The check as it is now. */
  check: CheckView;
  /** True when it had been carried out before and nothing was changed now. */
  replayed: boolean;
}

/** One's last orders, the newest first; what became of older ones is on paper. */
export interface HomeOrdersReply {
  /** Whether it was done. */
  success: true;
  /** The orders, oldest first. */
  orders: OrderView[];
}

/** What was sent in an hour of the day. */
export interface HourRow {
  /** The local hour, from 0 to 23. */
  hour: number;
  /** How many orders were sent. */
  orders: number;
  /** How many portions. */
  portions: number;
  /** What was ordered, at the prices of the orders. */
  items: Money;
  /** What is left of it after all that was taken off. */
  net: Money;
}

/** `item:changed` at the table. */
export interface ItemChanged {
  /** The dish or option, and whether it can be had. */
  item: ItemView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** The item as it is now; `replayed` when the operation had been carried out before. */
export interface ItemReply {
  /** Whether it was done. */
  success: true;
  /** The dish or option, and whether it can be had. */
  item: FloorItemView;
  /** True when it had been carried out before and nothing was changed now. */
  replayed: boolean;
}

/** A dish or an option, as its guests and cooks see it; what they are never told of can be had. */
export interface ItemView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** The id of the dish or of the option. */
  itemId: string;
  /** Whether it can be had. */
  isAvailable: boolean;
  /** Until when it is sold out; null for until further notice. */
  until: string | null;
  /** Portions that are left; null if nobody counts, and for guests while there are more than 5. */
  left: number | null;
}

/** The PIN that the waiter told, and a name for the others to see; with `opId` a repeat stays one participant. With `resume` the device goes on as the one participant who is in under that name: its own is dead, or lost its cookie. It joins as a new one when there is none, or several. */
export interface JoinSession {
  /** Four digits. */
  pin: string;
  /** What the others at the table call you; may be left out. */
  name?: string;
  /** True goes on as the one participant who is in under `name`, if the own phone is dead. */
  resume?: boolean;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** A screen may say which of its stations it shows now: it is a live screen of those alone. */
export interface KitchenAuth {
  /** `en` or `ro`: the language of error messages. Without it the browser's Accept-Language counts. */
  language?: string | null;
  /** `accessToken` from the ack of `staff:login` or `staff:refresh`. */
  accessToken?: string | null;
  /** `deviceToken` from the ack of `device:pair`. */
  deviceToken?: string | null;
  /** Codes of the stations that the screen shows now, of those that it is for; without it all of them. An empty list: of several none yet, until somebody has chosen. */
  shows?: string[] | null;
}

/** Who has logged in, and what proves it from now on. */
export interface KitchenLogInReply {
  /** Whether it was done. */
  success: true;
  /** The person as they are now. */
  staff: StaffView;
  /** The house. */
  restaurantId: string;
  /** Proves the log-in where there is no device cookie, as `auth.accessToken`. Keep it secret. */
  accessToken: string;
  /** Seconds until it is worth nothing. */
  expiresIn: number;
  /** Gets new tokens by `staff:refresh`, once. Keep it secret. */
  refreshToken: string;
  /** All that is shown now, as `sync:get` would answer; null if it is too large or was not read in time. */
  snapshot: KitchenSnapshot | null;
}

/** `deviceToken` proves the device as `auth.deviceToken` from now on; it is told once. */
export interface KitchenPairReply {
  /** Whether it was done. */
  success: true;
  /** The enrolled device. */
  deviceId: string;
  /** The house. */
  restaurantId: string;
  /** What people call it. */
  name: string;
  /** Codes of the stations that cook it. */
  stations: string[];
  /** Proves the device, as `auth.deviceToken`. Told once; keep it secret. */
  deviceToken: string;
  /** All that is shown now, as `sync:get` would answer; null if it is too large or was not read in time. */
  snapshot: KitchenSnapshot | null;
}

/** What is newer than what the client has, and what of it is none of the client's any more. */
export interface KitchenSnapshot {
  /** What the client would have heard, each once. */
  messages: KitchenSyncMessage[];
  /** Ids that the client named and is not told of any more, because a merge ended: to be forgotten. */
  gone: string[];
  /** What to give as `before` for the next page; null after the last one. */
  next: string | null;
}

/** One message as it would have been heard: its name and its payload. */
export type KitchenSyncMessage = { event: "ticket:changed"; payload: TicketChanged } | { event: "station:changed"; payload: StationChanged } | { event: "item:changed"; payload: FloorItemChanged };

/** What is newer than what the client has, and what of it is none of the client's any more. */
export interface KitchenSyncReply {
  /** Whether it was done. */
  success: true;
  /** What the client would have heard, each once. */
  messages: KitchenSyncMessage[];
  /** Ids that the client named and is not told of any more, because a merge ended: to be forgotten. */
  gone: string[];
  /** What to give as `before` for the next page; null after the last one. */
  next: string | null;
}

/** `READY`: all of it is together. `RUN`: it is on its way to the table. */
export type Level =
  | "READY"
  | "RUN";

/** Figures that a client may want to show before it runs into them. */
export interface Limits {
  /** Most lines that a cart can have. */
  cartLines: number;
  /** Most portions in one line. */
  quantity: number;
  /** Most characters of a note. */
  noteLength: number;
  /** How long a checkout hold lasts unless it is repeated. */
  holdSeconds: number;
  /** Most portions in one round. */
  roundPortions: number;
}

/** A fraction of a line: `parts` of `of` equal parts; the whole line when nothing is said. */
export interface LineShare {
  /** How many of the equal parts. */
  parts?: number;
  /** Into how many equal parts the line is divided. */
  of?: number;
}

/** `SERVED` and `CANCELLED` are final for the kitchen. */
export type LineStatus =
  | "NEW"
  | "IN_PROGRESS"
  | "READY"
  | "SERVED"
  | "CANCELLED";

/** How long the lines of a course took at a station: until somebody began and until they were ready, from when they were to be begun; and until they were served, from when they were ready. None for a step that no line has made. */
export interface LineTimeRow {
  /** The station, by its code. */
  station: string;
  /** The serving step. */
  course: Course;
  /** How long it took until somebody began, from when to begin; null if nobody said so. */
  started: StepTimes | null;
  /** How long it took until they were ready, from when they were to be begun; null if none was. */
  ready: StepTimes | null;
  /** How long it took until they were served, from when they were ready; null if none was. */
  served: StepTimes | null;
}

/** What to look for, all of it optional and all of it at once: `since` is included, `until` is not. */
export interface ListAudit {
  /** Only what was about this party. */
  sessionId?: string | null;
  /** Only acts of this name. */
  act?: string | null;
  /** Only what this person or device did. */
  actorId?: string | null;
  /** Only what was done to what has this id. */
  subject?: string | null;
  /** Only what happened then or later. */
  since?: string | null;
  /** Only what happened before. */
  until?: string | null;
  /** The page after the one that named this as `next`. */
  before?: string | null;
  /** Most entries of the page. */
  limit?: number;
}

/** `station` narrows the list to one station by its code. */
export interface ListTickets {
  /** Narrows the list to one station, by its code. */
  station?: string | null;
}

/** Either the password, or on an enrolled device the PIN. `restaurantId` may be left out where there is one house. */
export interface LogIn {
  /** The name to log in with. */
  login: string;
  /** The password. */
  password?: string | null;
  /** The PIN of the person, on an enrolled device. */
  pin?: string | null;
  /** The house. */
  restaurantId?: string | null;
}

/** `everywhere`: on all devices. */
export interface LogOut {
  /** True to end one's log-ins on all other devices, too. */
  everywhere?: boolean;
}

/** Who the server takes the connection for. A guest has a participant and a session, staff a house; an enrolled device has its id and its house, a screen its stations (none: all); a customer has an id and a house, a visitor roles only. */
export interface Me {
  /** What one may be. */
  roles: Role[];
  /** The participant, who is one device in one session. */
  participantId: string | null;
  /** The party's session. */
  sessionId: string | null;
  /** The person. */
  staffId: string | null;
  /** Id of a phone customer. */
  customerId: string | null;
  /** The enrolled device. */
  deviceId: string | null;
  /** Codes of the stations that the screen is of; none: all. */
  stations: string[] | null;
  /** Whether it shows the tickets of all stations: it is of all, or one of its stations assembles. */
  showsAll: boolean | null;
  /** The house. */
  restaurantId: string | null;
  /** What people call it. */
  name: string | null;
}

/** `menu:changed` */
export interface MenuChanged {
  /** The menu as it is now. */
  menu: MenuView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** What is offered, what of it is out of its hours now, and what is sold out or counted. */
export interface MenuReply {
  /** Whether it was done. */
  success: true;
  /** The menu as it is now. */
  menu: MenuView;
  /** What is sold out or counted; what is not named can be had. */
  items: ItemView[];
  /** Ids of the dishes that are out of their hours now. */
  notServed: string[];
  /** When another dish is served, or one is not any more; null if that never changes. */
  changesAt: string | null;
}

/** The menu with all its languages, or with one; of all dining options, or of one. */
export interface MenuView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** ISO 4217 code. */
  currency: string;
  /** Codes of the languages in which it is written. */
  languages: string[];
  /** The headings of the menu, in order. */
  categories: Category[];
  /** Choices that belong together. */
  modifierGroups: ModifierGroup[];
  /** Everything that can be ordered, in order. */
  dishes: Dish[];
}

/** Which session is merged into which. */
export interface MergeSessions {
  /** The session that is merged. */
  from: string;
  /** The session that gets everything of the other one. */
  into: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** What it is for: codes go first, and only a code is ever sent twice. */
export type MessageKind =
  | "CODE"
  | "NOTICE";

/** One cart for all, or one for each phone. */
export type Mode =
  | "FAMILY"
  | "INDIVIDUAL";

/** Choices that belong together: at least `minSelect` and at most `maxSelect` of them. `defaults` are the options that a client shows as chosen until the guest chooses otherwise. Nothing is ever added to a line that the client did not send. */
export interface ModifierGroup {
  /** Opaque identifier. */
  id: string;
  /** What people call it. */
  name: Record<string, string>;
  /** Fewest options to choose from this group. */
  minSelect: number;
  /** Most options to choose from this group. */
  maxSelect: number;
  /** Ids of the options to show as chosen at first; nothing is ordered that is not sent. */
  defaults: string[];
  /** What can be chosen. */
  options: Option[];
}

/** Choices that belong together. */
export interface ModifierGroupForm {
  /** Opaque identifier. */
  id: string;
  /** What people call it. */
  name: Record<string, string>;
  /** Fewest options to choose from this group. */
  minSelect?: number;
  /** Most options to choose from this group. */
  maxSelect?: number;
  /** Ids of the options to show as chosen at first; nothing is ordered that is not sent. */
  defaults?: string[];
  /** What can be chosen. */
  options: OptionForm[];
}

/** An amount in minor units (`1250` RON is 12.50 lei) of an ISO 4217 currency. */
export interface Money {
  /** Minor units: 1250 RON is 12.50 lei. */
  amount: number;
  /** ISO 4217 code. */
  currency: string;
}

/** Where the party goes. */
export interface MoveSessionForSession {
  /** The table. */
  tableId: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
  /** The party's session. */
  sessionId: string;
}

/** Which course of the party. */
export interface NameCourseForSession {
  /** The serving step. */
  course: Course;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
  /** The party's session. */
  sessionId: string;
}

/** Which course of which party. */
export interface NameCourseOfParty {
  /** The serving step. */
  course: Course;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
  /** The party's session. */
  sessionId: string;
}

/** Which order; a repeat changes nothing, so its `opId` is not looked at. */
export interface NameDelivery {
  /** The order it belongs to. */
  orderId: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** Which request. */
export interface NameService {
  /** The request for service. */
  requestId: string;
}

/** A command without arguments: `{}`. */
export interface Nothing {
}

/** A command without arguments: `{}`. */
export interface NothingForSession {
  /** The party's session. */
  sessionId: string;
}

/** With whom guests pay online, the script with which their phones show the form, and the key with which they speak to them: no secret. */
export interface OnlinePayment {
  /** Who takes payments online: `stripe`. */
  provider: string;
  /** With which the phone speaks to the provider; it is no secret. */
  publishableKey: string;
  /** The provider's script, which the phone loads from there when somebody pays. */
  scriptUrl: string;
}

/** The payment as it is now; `replayed` when it had been started before. */
export interface OnlinePaymentReply {
  /** Whether it was done. */
  success: true;
  /** The payment as it is now. */
  payment: PaymentView;
  /** True when it had been carried out before and nothing was changed now. */
  replayed: boolean;
}

/** A message that a phone has and that is not finished for it. */
export interface OpenMessage {
  /** Names one message to a phone, in all that is said of it. */
  correlationId: string;
  /** The state it is in. */
  status: AckStatus;
}

/** `pin` and `tableToken` (for the QR code) are told once; a repeat of the operation has neither. */
export interface OpenReply {
  /** Whether it was done. */
  success: true;
  /** The session as it is now. */
  session: FloorSessionView;
  /** Four digits. */
  pin: string | null;
  /** The secret in the table's QR code; told once. */
  tableToken: string | null;
}

/** `covers` is the number of guests. */
export interface OpenSession {
  /** The table. */
  tableId: string;
  /** One cart for all, or one for each participant. */
  mode: Mode;
  /** Number of guests. */
  covers: number;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** One choice of a modifier group. `price` is added to the dish's, never negative. Its `allergens` are added to the dish's. `diets`: what a dish with it suits at most; None if it takes nothing away. Whoever chooses it also chooses from `modifierGroups`, whose own options open no more groups. */
export interface Option {
  /** Opaque identifier. */
  id: string;
  /** What people call it. */
  name: Record<string, string>;
  /** What it adds to the dish's price, in minor units of the menu's currency. */
  price: number;
  /** Allergens that it adds, by Regulation (EU) No 1169/2011. */
  allergens: Allergen[];
  /** What a dish with it suits at most; null if it takes nothing away. */
  diets: Diet[] | null;
  /** Ids of the groups from which whoever chooses it also chooses. */
  modifierGroups: string[];
}

/** One choice of a modifier group. */
export interface OptionForm {
  /** Opaque identifier. */
  id: string;
  /** What people call it. */
  name: Record<string, string>;
  /** What it adds to the dish's price, in minor units of the menu's currency. */
  price?: number;
  /** Allergens that it adds, by Regulation (EU) No 1169/2011. */
  allergens?: Allergen[];
  /** What a dish with it suits at most; null if it takes nothing away. */
  diets?: Diet[] | null;
  /** Ids of the groups from which whoever chooses it also chooses. */
  modifierGroups?: string[];
}

/** `order:changed` */
export interface OrderChanged {
  /** The order as it is now. */
  order: OrderView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** How far an order from home is. Where it goes is told to whoever brings it, on demand, and to nobody else. */
export interface OrderDeliveryView {
  /** PREPARING, ON_THE_WAY with whoever brings it, DELIVERED or CANCELLED. */
  status: DeliveryStatus;
  /** The last digits of the customer's phone number. */
  lastFour: string;
  /** Id of the zone that it goes to; null when it is fetched. */
  zone: string | null;
  /** What bringing it costs. */
  fee: Money;
  /** The beginning of the slot that was chosen; null for as soon as possible. */
  slot: string | null;
  /** When it was said to be there, as it was estimated when it was placed; null where nothing could be said. */
  promisedAt: string | null;
  /** When it left the house; null before that. */
  leftAt: string | null;
  /** When the customer got it; null before that. */
  deliveredAt: string | null;
  /** Who has taken it; null before that. */
  by: Actor | null;
}

/** The key names this order and every repeat of it. With `expectedTotal` (minor units) it is placed only at that total. `acceptWait` is the wait in minutes that the customer has agreed to. Both are no part of what is ordered. */
export interface OrderFromHome {
  /** What was ordered, at the prices of the orders. */
  items: WantedItem[];
  /** How the meal reaches the guests; prices and taxes depend on it. */
  diningOption?: DiningOption;
  /** Which of one's addresses it goes to; not needed for what is fetched. */
  addressId?: string | null;
  /** Where one is, in degrees: for the zone where none knows the code, and who brings it. */
  location?: string | null;
  /** The beginning of a slot of the quote; without it, as soon as possible. */
  slot?: string | null;
  /** A UUID made by the client for this sending or payment and kept for every repeat of it. */
  idempotencyKey: string;
  /** How the guest means to pay. */
  paymentMethod: TenderMethod;
  /** The total that was shown, in minor units: at another one nothing is ordered. */
  expectedTotal?: number | null;
  /** Minutes that the guest agrees to wait: those of `KITCHEN_BUSY`, and it is sent all the same. */
  acceptWait?: number | null;
}

/** One dish of a round. `stations` cook it; its status is the slowest of theirs. */
export interface OrderLine {
  /** Opaque identifier. */
  id: string;
  /** The dish, by its id on the menu. */
  itemId: string;
  /** What people call it. */
  name: Record<string, string>;
  /** Number of portions. */
  quantity: number;
  /** The chosen options as they were called and priced when the round was sent. */
  modifiers: OrderModifier[];
  /** Free text for the kitchen. */
  note: string;
  /** The serving step. */
  course: Course;
  /** Allergens by Regulation (EU) No 1169/2011. */
  allergens: Allergen[];
  /** Allergens that whoever eats it must not get. */
  avoid: Allergen[];
  /** How long it takes, as the menu says. */
  prepMinutes: number;
  /** What one portion costs, with its modifiers. */
  unitPrice: Money;
  /** The tax on it when it was placed; null for none. */
  tax: Tax | null;
  /** Who added the line. */
  addedBy: Actor;
  /** Codes of the stations that cook it. */
  stations: string[];
  /** The state it is in. */
  status: LineStatus;
  /** Its course is kept back. */
  isHeld: boolean;
  /** Since when the kitchen has it: a screen of each station that cooks it shows it. */
  seenAt: string | null;
  /** When it is likely to be ready, as estimated when the kitchen got it to cook. */
  expectedAt: string | null;
  /** Price of all its portions. */
  price: Money;
}

/** A chosen option, as it was called and priced when the round was placed. */
export interface OrderModifier {
  /** Opaque identifier. */
  id: string;
  /** What people call it. */
  name: Record<string, string>;
  /** What it added to the price of one portion. */
  price: Money;
}

/** A round is placed at once, unless the house has a waiter approve the first one of a session; until then it can be cancelled. */
export type OrderStatus =
  | "WAITING"
  | "PLACED"
  | "REJECTED"
  | "CANCELLED";

/** All tickets of the order, as they are now. */
export interface OrderTicketsReply {
  /** Whether it was done. */
  success: true;
  /** All tickets of the order, as they are now. */
  tickets: TicketView[];
}

/** An order as the guests and the floor see it. */
export interface OrderView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** The party's session. */
  sessionId: string;
  /** The order's number in the house, for people. */
  number: number;
  /** Which sending of this cart, from 1. */
  round: number;
  /** What people call the table. */
  tableName: string;
  /** How the meal reaches the guests; prices and taxes depend on it. */
  diningOption: DiningOption;
  /** How far it is on its way to a customer at home; null for what is eaten at a table. */
  delivery: OrderDeliveryView | null;
  /** WAITING for a waiter's tap, PLACED, REJECTED, or CANCELLED while it waited. */
  status: OrderStatus;
  /** Who sent the round. */
  placedBy: Actor;
  /** When the round was sent. */
  placedAt: string;
  /** Who approved, rejected or cancelled the round; null if nobody did. */
  decidedBy: Actor | null;
  /** When the round was approved, rejected or cancelled; null if it did not have to wait, or still does. */
  decidedAt: string | null;
  /** Why the round was rejected or cancelled; null if it was not, or by a guest. */
  reason: string | null;
  /** The kitchen cooks it before all others. */
  isPriority: boolean;
  /** What it consists of. */
  lines: OrderLine[];
  /** The sum. */
  total: Money;
}

/** All rounds, oldest first. */
export interface OrdersReply {
  /** Whether it was done. */
  success: true;
  /** The orders, oldest first. */
  orders: OrderView[];
}

/** The code as the manager's tablet shows it; capitals, blanks and hyphens do not matter. */
export interface PairDevice {
  /** The code that the manager was told. */
  code: string;
}

/** What a part of the bill is. */
export type PartKind =
  | "ITEMS"
  | "VOID"
  | "COMP"
  | "DISCOUNT"
  | "PROMOTION"
  | "SERVICE_CHARGE"
  | "DELIVERY_FEE"
  | "TAX"
  | "TOTAL";

/** Someone at the table. */
export interface ParticipantView {
  /** Opaque identifier. */
  id: string;
  /** What the others at the table call them; may be empty. */
  name: string;
  /** When the device joined. */
  joinedAt: string;
}

/** Until a moment, else until somebody resumes. */
export interface PauseDeliveries {
  /** When orders are taken again, at most a week ahead; null: when somebody resumes. */
  until?: string | null;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
}

/** Which phone. `opId` may be sent as anywhere and is not looked at: what is paused stays so. */
export interface PausePhone {
  /** The enrolled device. */
  deviceId: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** Nothing is taken until a moment, or until somebody resumes. */
export interface PauseView {
  /** When it ends by itself. */
  until: string | null;
}

/** Why a phone is given nothing. */
export type PausedReason =
  | "MANAGER"
  | "ROGUE";

/** `amount` goes to the check of one's order and `tip` to the staff, both in minor units. */
export interface PayOrder {
  /** How it was paid. */
  method: "ONLINE";
  /** The order it belongs to. */
  orderId: string;
  /** What is paid of the check, in minor units: at most `payable`. */
  amount: number;
  /** A gift to the staff, on top of the amount. */
  tip?: number;
  /** A UUID made by the client for this sending or payment and kept for every repeat of it. */
  idempotencyKey: string;
}

/** `payment:changed` */
export interface PaymentChanged {
  /** The payment as it is now. */
  payment: PaymentView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** The check and the payment as they are now; `replayed` when it had been recorded before. */
export interface PaymentReply {
  /** Whether it was done. */
  success: true;
  /** The check as it is now. */
  check: FloorCheckView;
  /** The payment as it is now. */
  tender: FloorTenderView;
  /** True when it had been carried out before and nothing was changed now. */
  replayed: boolean;
}

/** How far it is. */
export type PaymentStatus =
  | "STARTING"
  | "REQUIRES_ACTION"
  | "PROCESSING"
  | "SUCCEEDED"
  | "FAILED"
  | "CANCELLED"
  | "EXPIRED";

/** A payment online as its payer sees it, and nobody else. */
export interface PaymentView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** The check, where there are several; without it the party's own. */
  checkId: string;
  /** The state it is in. */
  status: PaymentStatus;
  /** Who takes payments online: `stripe`. */
  provider: string;
  /** What of it goes to the check. */
  amount: Money;
  /** A gift to the staff, on top of the amount. */
  tip: Money;
  /** What the payer pays in all: the amount and the tip. */
  charged: Money;
  /** The share of the check that it pays; null for the check as such. */
  shareId: string | null;
  /** With it the payer's phone goes on at the provider; null before there is one and after the end. */
  clientSecret: string | null;
  /** Why the provider could not take or give the money, in its own code; null when nothing went wrong. */
  failure: string | null;
  /** True while the provider is asked to cancel it; it may have been paid a moment before. */
  isEnding: boolean;
  /** When the guest began to pay. */
  startedAt: string;
  /** When it is cancelled unless it is paid by then. */
  expiresAt: string;
  /** When the round was approved, rejected or cancelled; null if it did not have to wait, or still does. */
  decidedAt: string | null;
}

/** A payment on its way, as everybody at the table sees it. */
export interface PendingView {
  /** Who pays. */
  by: Actor;
  /** What of it goes to the check. */
  amount: Money;
  /** A gift to the staff, on top of the amount. */
  tip: Money;
  /** The share of the check that it pays; null for the check as such. */
  shareId: string | null;
  /** The lines that its payer has claimed: nobody can claim them meanwhile. */
  lineIds: string[];
  /** When it happened. */
  at: string;
}

/** Someone of the house. */
export interface PersonRef {
  /** Opaque identifier. */
  id: string;
  /** What people call it. */
  name: string;
}

/** The person as they are now. */
export interface PersonReply {
  /** Whether it was done. */
  success: true;
  /** The person as they are now. */
  staff: PersonView;
}

/** Someone of the house, to its managers. */
export interface PersonView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** What people call it. */
  name: string;
  /** The name to log in with. */
  login: string;
  /** What one may be. */
  roles: Role[];
  /** False once they were revoked. */
  isActive: boolean;
  /** Whether they can log in by password. */
  hasPassword: boolean;
  /** Whether they can log in by PIN on an enrolled device, and approve. */
  hasPin: boolean;
}

/** Nothing: an SMS phone proves itself by `sms:register`. */
export interface PhoneAuth {
  /** `en` or `ro`: the language of error messages. Without it the browser's Accept-Language counts. */
  language?: string | null;
}

/** Whether a phone is here. */
export type PhoneStatus =
  | "LIVE"
  | "AWAY"
  | "REVOKED";

/** The new PIN, told once; null when it is the old one still, or in the answer to a repeat. `tableToken` comes with the PIN that staff ask for, so that any tablet can show the code of the table. */
export interface PinReply {
  /** Whether it was done. */
  success: true;
  /** The session as it is now. */
  session: FloorSessionView;
  /** Four digits. */
  pin: string | null;
  /** The secret in the table's QR code; told once. */
  tableToken: string | null;
}

/** `sms:ping`: answer with `sms:pong`. */
export interface PingPhone {
}

/** `cartVersion` is the version that the guest saw; the key names this sending and every repeat of it. With the `fence` of one's own hold it is sent only while that hold runs; without one the version alone decides. `acceptWait` is the wait in minutes that the guest has agreed to: it is no part of what is sent. */
export interface PlaceOrder {
  /** A UUID made by the client for this sending or payment and kept for every repeat of it. */
  idempotencyKey: string;
  /** The version of the cart that the guest saw. If it has moved on, the answer is `CART_CHANGED`. */
  cartVersion: number;
  /** The fence of one's own hold. If that hold has ended by now, the answer is `HOLD_LOST`. */
  fence?: number | null;
  /** Minutes that the guest agrees to wait: those of `KITCHEN_BUSY`, and it is sent all the same. */
  acceptWait?: number | null;
  /** How the guest means to pay. */
  paymentMethod?: string | null;
}

/** `cartVersion` is the version that the guest saw; the key names this sending and every repeat of it. With the `fence` of one's own hold it is sent only while that hold runs; without one the version alone decides. `acceptWait` is the wait in minutes that the guest has agreed to: it is no part of what is sent. */
export interface PlaceOrderForSession {
  /** A UUID made by the client for this sending or payment and kept for every repeat of it. */
  idempotencyKey: string;
  /** The version of the cart that the guest saw. If it has moved on, the answer is `CART_CHANGED`. */
  cartVersion: number;
  /** The fence of one's own hold. If that hold has ended, the answer is `HOLD_LOST`. */
  fence?: number | null;
  /** Minutes that the guest agrees to wait: those of `KITCHEN_BUSY`, and it is sent all the same. */
  acceptWait?: number | null;
  /** How the guest means to pay. */
  paymentMethod?: string | null;
  /** The party's session. */
  sessionId: string;
}

/** The order; `replayed` when the key had been used for it before. `cart` is the emptied one, at the first time. `waits` is how many minutes a dish sent now takes at each of its stations that there is an estimate of. */
export interface PlaceReply {
  /** Whether it was done. */
  success: true;
  /** The order as it is now. */
  order: OrderView;
  /** The cart as it is now. */
  cart: CartView | null;
  /** True when it had been carried out before and nothing was changed now. */
  replayed: boolean;
  /** Minutes that half of the dishes sent now take, by station, where there is an estimate. */
  waits: Record<string, number>;
}

/** `delivery:changed` for customers. */
export interface PlanChanged {
  /** Where, when and for how much the house delivers. */
  plan: PlanView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** All that managers set up; what is left out is as if nobody had ever said anything. */
export interface PlanForm {
  /** Whether orders from outside are taken at all. */
  isOffered?: boolean;
  /** Whether orders can be fetched at the house. */
  takeOut?: boolean;
  /** The parts of the town that dishes are brought to; of several that an address is in, the first counts. */
  zones?: ZoneForm[];
  /** When orders are handed over; null: at any time, for as soon as possible. */
  slots?: SlotRuleForm | null;
  /** Minutes from an order to the beginning of the first slot that can be chosen. */
  leadMinutes?: number;
  /** Minutes from when the kitchen is ready until it leaves the house, or can be taken. */
  packMinutes?: number;
}

/** The plan as it is now. */
export interface PlanReply {
  /** Whether it was done. */
  success: true;
  /** Where, when and for how much the house delivers. */
  plan: FloorPlanView;
}

/** The plan as customers see it. */
export interface PlanView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** Whether orders from outside are taken at all. */
  isOffered: boolean;
  /** Whether orders can be fetched at the house. */
  takeOut: boolean;
  /** The parts of the town that dishes are brought to; of several that an address is in, the first counts. */
  zones: ZoneView[];
  /** When orders are handed over; null: at any time, for as soon as possible. */
  slots: SlotRuleView | null;
  /** Minutes from an order to the beginning of the first slot that can be chosen. */
  leadMinutes: number;
  /** Nothing is taken until `until` has come, if it has one; null when nobody has paused. */
  pause: PauseView | null;
}

/** A place: `latitude` and `longitude` in micro-degrees (WGS 84). It is also read from `Coordinates`. */
export interface Point {
  /** Degrees north, in millionths. */
  latitude: number;
  /** Degrees east, in millionths. */
  longitude: number;
}

/** Who of a session is connected right now, anywhere. */
export interface Presence {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** Ids of the participants who are connected. */
  online: string[];
}

/** `presence:changed` */
export interface PresenceChanged {
  /** Who is connected now. */
  presence: Presence;
}

/** All of it, of one house. */
export interface Pricing {
  /** Dishes that are taxed alike. */
  taxClasses: TaxClass[];
  /** A fee of the house; null for none. */
  serviceCharge: ServiceCharge | null;
  /** What bringing it costs; null for nothing. */
  deliveryFee: DeliveryFee | null;
  /** Codes that take something off a check. */
  promotions: Promotion[];
}

/** Which order, and whether it goes before all others. */
export interface PrioritizeOrder {
  /** The order. */
  orderId: string;
  /** Whether it goes before all others. */
  isPriority: boolean;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** The order as it is now. */
export interface PriorityReply {
  /** Whether it was done. */
  success: true;
  /** The order as it is now. */
  order: OrderView;
}

/** The tickets of the order that one's screen shows, as they are now. */
export interface PriorityTicketsReply {
  /** Whether it was done. */
  success: true;
  /** The tickets of the order that the screen shows, as they are now. */
  tickets: TicketView[];
}

/** Kinds of mistakes. */
export type ProblemCode =
  | "UNREADABLE"
  | "DOUBLE_ID"
  | "TWICE"
  | "MISSING_TRANSLATION"
  | "MISSING_LANGUAGE"
  | "WRONG_CURRENCY"
  | "UNKNOWN_CATEGORY"
  | "UNKNOWN_GROUP"
  | "UNUSED_GROUP"
  | "NO_OPTIONS"
  | "MIN_ABOVE_MAX"
  | "MAX_ABOVE_OPTIONS"
  | "UNKNOWN_DEFAULT"
  | "WRONG_NUMBER_OF_DEFAULTS"
  | "NESTED_TWICE"
  | "UNKNOWN_ALLERGEN"
  | "NO_STATION"
  | "UNKNOWN_STATION"
  | "STATION_COOKS_NOTHING"
  | "NO_DINING_OPTION"
  | "NOT_OFFERED"
  | "NO_TAX_CLASS"
  | "UNKNOWN_TAX_CLASS"
  | "NEVER_OPEN"
  | "BAD_PICTURE"
  | "TOO_LARGE"
  | "NO_BORDER"
  | "TOO_FEW_CORNERS"
  | "CROSSES_ITSELF"
  | "NEVER_REACHED"
  | "WINDOWS_OVERLAP"
  | "NOT_WHOLE_SLOTS"
  | "PLAN_TOO_LARGE";

/** One mistake in a draft. */
export interface ProblemView {
  /** Which entry, by its id, and which field of it. */
  path: string;
  /** Which kind of mistake. */
  code: ProblemCode;
  /** For people, in the client's language. */
  message: string;
}

/** A code that takes an `amount` (minor units) or a `percent` (basis points) off a check. `most` caps what a percentage takes off one check (minor units); `fromAmount` is what the dishes must come to; `uses` how often the code may be used in the whole house. */
export interface Promotion {
  /** What guests or staff name to get it. */
  code: string;
  /** What people call it. */
  name: Record<string, string>;
  /** What it takes off, in minor units; null for a percentage. */
  amount: number | null;
  /** What it takes off, in basis points: 1,000 are 10%; null for an amount. */
  percent: number | null;
  /** The most that a percentage takes off one check, in minor units; null for no limit. */
  most: number | null;
  /** What the dishes must come to, in minor units. */
  fromAmount: number;
  /** How often it may be used in the whole house; null for as often as one likes. */
  uses: number | null;
  /** How it can be had. */
  diningOptions: DiningOption[];
  /** From when on it is good; null for at once. */
  startsAt: string | null;
  /** From when on it is good no more; null for never. */
  endsAt: string | null;
}

/** A code that takes something off a check. */
export interface PromotionForm {
  /** What guests or staff name to get it. */
  code: string;
  /** What people call it. */
  name: Record<string, string>;
  /** What it takes off, in minor units; null for a percentage. */
  amount?: number | null;
  /** What it takes off, in basis points: 1,000 are 10%; null for an amount. */
  percent?: number | null;
  /** The most that a percentage takes off one check, in minor units; null for no limit. */
  most?: number | null;
  /** What the dishes must come to, in minor units. */
  fromAmount?: number;
  /** How often it may be used in the whole house; null for as often as one likes. */
  uses?: number | null;
  /** How it can be had. */
  diningOptions?: DiningOption[];
  /** From when on it is good; null for at once. */
  startsAt?: string | null;
  /** From when on it is good no more; null for never. */
  endsAt?: string | null;
}

/** The check as it is now; `replayed` when the operation had been carried out before. */
export interface PromotionReply {
  /** Whether it was done. */
  success: true;
  /** The check as it is now. */
  check: CheckView;
  /** True when it had been carried out before and nothing was changed now. */
  replayed: boolean;
}

/** `menuVersion`: the published menu that its sender has seen. Without it, it must still be the one from which the draft began. */
export interface PublishMenu {
  /** The version of the draft; 0 while there has been none. */
  draftVersion: number;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** The version of the published menu. */
  menuVersion?: number | null;
}

/** The menu as it is now, in all its languages. */
export interface PublishReply {
  /** Whether it was done. */
  success: true;
  /** The menu as it is now. */
  menu: MenuView;
  /** The version of the draft; 0 while there has been none. */
  draftVersion: number;
  /** True when it had been carried out before and nothing was changed now. */
  replayed: boolean;
}

/** A heading: a new one, or in place of the one with its id. */
export interface PutCategory {
  /** The version of the draft; 0 while there has been none. */
  draftVersion: number;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** The heading. */
  category: CategoryForm;
  /** Its place, from 0; left out: where it is, or at the end. */
  position?: number | null;
}

/** A dish: a new one, or in place of the one with its id. `position` counts the dishes of its heading. */
export interface PutDish {
  /** The version of the draft; 0 while there has been none. */
  draftVersion: number;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** The dish. */
  dish: DishForm;
  /** Its place among the dishes of its heading, from 0; left out: where it is, or at the end. */
  position?: number | null;
}

/** A modifier group with all its options: a new one, or in place of the one with its id. */
export interface PutGroup {
  /** The version of the draft; 0 while there has been none. */
  draftVersion: number;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** The modifier group. */
  group: ModifierGroupForm;
  /** Its place, from 0; left out: where it is, or at the end. */
  position?: number | null;
}

/** The languages in which everything has to be written, in the order in which one stands in for another. */
export interface PutLanguages {
  /** The version of the draft; 0 while there has been none. */
  draftVersion: number;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** Codes of the languages in which it is written. */
  languages: string[];
}

/** An option of a group: a new one, or in place of the one with its id. */
export interface PutOption {
  /** The version of the draft; 0 while there has been none. */
  draftVersion: number;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** The modifier group. */
  groupId: string;
  /** The option. */
  option: OptionForm;
  /** Its place in the group, from 0; left out: where it is, or at the end. */
  position?: number | null;
}

/** Tax classes and fees, all that there are from then on; the promotions stay. */
export interface PutPricing {
  /** The version of the draft; 0 while there has been none. */
  draftVersion: number;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** Dishes that are taxed alike. */
  taxClasses: TaxClassForm[];
  /** A fee of the house; null for none. */
  serviceCharge: ServiceChargeForm | null;
  /** What bringing it costs; null for nothing. */
  deliveryFee: DeliveryFeeForm | null;
}

/** A promotion: a new one, or in place of the one with its code. */
export interface PutPromotion {
  /** The version of the draft; 0 while there has been none. */
  draftVersion: number;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** The promotion. */
  promotion: PromotionForm;
}

/** What is wanted, and where to: an address of one's own, or for a quote just a place on the map. `slot` is the beginning of one that `slots` of a quote named; without it, as soon as possible. */
export interface QuoteOrder {
  /** What was ordered, at the prices of the orders. */
  items: WantedItem[];
  /** How the meal reaches the guests; prices and taxes depend on it. */
  diningOption?: DiningOption;
  /** Which of one's addresses it goes to; a quote may have a `location` instead. */
  addressId?: string | null;
  /** Where one is, in degrees of latitude and longitude: it decides on the zone, too. */
  location?: string | null;
  /** The beginning of a slot of the quote; without it, as soon as possible. */
  slot?: string | null;
}

/** What it would come to now, and when it would be there. */
export interface QuoteReply {
  /** Whether it was done. */
  success: true;
  /** What it comes to now, and when it would be there. */
  quote: QuoteView;
}

/** What an order from home would come to now, part by part, and when it would be there. */
export interface QuoteView {
  /** What it consists of. */
  lines: QuotedLine[];
  /** What the dishes come to. */
  subtotal: Money;
  /** What bringing it costs, in minor units. */
  fee: Money;
  /** What the check comes to, part by part, in the order in which it is computed; the last part is the total. */
  bill: BillPart[];
  /** The sum. */
  total: Money;
  /** The part of the house where it stands. */
  zone: QuotedZone | null;
  /** In how many minutes it would be there; null where nothing true can be said. */
  minutes: number | null;
  /** By when it would be there; null where nothing true can be said. */
  promisedAt: string | null;
  /** The beginning of the slot that was asked for; null for as soon as possible. */
  slot: string | null;
  /** The slots that can be chosen, in order; none where the house has no slots. */
  slots: SlotView[];
}

/** One dish with its options, priced. */
export interface QuotedLine {
  /** The dish, by its id on the menu. */
  itemId: string;
  /** What people call it. */
  name: Record<string, string>;
  /** Number of portions. */
  quantity: number;
  /** Ids of the chosen options. */
  modifiers: OrderModifier[];
  /** Free text for the kitchen. */
  note: string;
  /** What one portion costs, with its modifiers. */
  unitPrice: Money;
  /** What all its portions cost. */
  price: Money;
}

/** The part of the town that it is brought to. `minimum` is what the dishes must come to. */
export interface QuotedZone {
  /** Opaque identifier. */
  id: string;
  /** What people call it. */
  name: Record<string, string>;
  /** What the dishes must come to, in minor units. */
  minimum: Money;
}

/** Which order; with the `revisions` of its tickets that the screen showed, by their ids, only if nobody has recalled any of these since. */
export interface RecallOrder {
  /** The order. */
  orderId: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
  /** The revisions of its tickets that the screen showed, by their ids; another one: `STATUS_CONFLICT`. */
  revisions?: Record<string, number>;
}

/** Which ticket; with the `revision` that the screen showed, it comes back only if nobody has recalled it since. */
export interface RecallTicket {
  /** The ticket. */
  ticketId: string;
  /** Names this step and every repeat of it. */
  opId?: string | null;
  /** The `revision` that the screen showed: refused if somebody has recalled it since. */
  revision?: number | null;
}

/** TEXT: lines of at most 42 columns. HTML: one page that loads nothing and runs nothing. */
export type ReceiptFormat =
  | "TEXT"
  | "HTML";

/** The receipt. It is a bill as long as something is owed (`isPaid` is false): the number is the same. A check that nothing is on has none. */
export interface ReceiptReply {
  /** Whether it was done. */
  success: true;
  /** The check, where there are several; without it the party's own. */
  checkId: string;
  /** The number of the receipt on its business day; null for a check that nothing is on. */
  number: number | null;
  /** The business day to which the number of the receipt belongs; null until it has one. */
  numberDate: string | null;
  /** Whether nothing is owed any more: a receipt, no longer a bill. */
  isPaid: boolean;
  /** In which language it is. */
  language: string;
  /** How it is written. */
  format: ReceiptFormat;
  /** The receipt: lines of at most 42 columns, or one page of HTML that loads nothing and runs nothing. */
  content: string;
}

/** `amount` goes to the check and `tip` to the staff, both in minor units. `given` is the cash that was handed over, exactly what is needed when it is left out; what is more is the change. `reference` is that of the terminal's slip, with at most 12 digits: no card's number is kept. `shareId` is the share that it pays. `checkId` is needed only for a check of a merged party. */
export interface RecordPaymentForSession {
  /** The check, where there are several; without it the party's own. */
  checkId?: string | null;
  /** The share of the check that it pays; null for the check as such. */
  shareId?: string | null;
  /** How it was paid. */
  method: TenderMethod;
  /** What goes to the check, in minor units; at most what is due. */
  amount: number;
  /** A gift to the staff on top of the amount, in minor units. */
  tip?: number;
  /** The cash that was handed over, in minor units; exactly enough if left out. */
  given?: number | null;
  /** What the terminal's slip says to find the payment again; may be empty. */
  reference?: string;
  /** A UUID made by the client for this sending or payment and kept for every repeat of it. */
  idempotencyKey: string;
  /** The party's session. */
  sessionId: string;
}

/** The newest refresh token of the log-in. */
export interface Refresh {
  /** Gets new tokens by `staff:refresh`, once. Keep it secret. */
  refreshToken: string;
}

/** `accessToken` proves the log-in on other sockets (`/kitchen`) where there is no cookie; `expiresIn` in seconds. `refreshToken` gets both anew, once. */
export interface RefreshReply {
  /** Whether it was done. */
  success: true;
  /** Who is logged in. */
  staff: StaffView;
  /** The house. */
  restaurantId: string;
  /** Proves the log-in where there is no device cookie, as `auth.accessToken`. Keep it secret. */
  accessToken: string;
  /** Seconds until it is worth nothing. */
  expiresIn: number;
  /** Gets new tokens by `staff:refresh`, once. Keep it secret. */
  refreshToken: string;
}

/** How much of which payment is given back, in minor units: `amount` of what was paid to the check, and `tip` of the tip. */
export interface RefundPaymentForSession {
  /** The payment. */
  tenderId: string;
  /** How much is given back, in minor units; at most what was paid to the check. */
  amount?: number;
  /** A gift to the staff, on top of the amount. */
  tip?: number;
  /** Why. */
  reason: string;
  /** Who approves what is above the house's limit, with their PIN: a manager other than the one who acts. */
  approval?: Approval | null;
  /** A UUID made by the client for this sending or payment and kept for every repeat of it. */
  idempotencyKey: string;
  /** The party's session. */
  sessionId: string;
}

/** What was given back for a reason. */
export interface RefundRow {
  /** Why; null for all reasons that have no row of their own. */
  reason: string | null;
  /** How often. */
  count: number;
  /** What was given back, of checks and of tips. */
  amount: Money;
}

/** Whether the money is back: over the counter at once, online when the provider says so. */
export type RefundStatus =
  | "PENDING"
  | "SUCCEEDED"
  | "FAILED";

/** Money that was given back, as the staff see it. */
export interface RefundView {
  /** Opaque identifier. */
  id: string;
  /** What was given back of what had gone to the check. */
  amount: Money;
  /** A gift to the staff, on top of the amount. */
  tip: Money | null;
  /** What was given back in all. */
  total: Money;
  /** The state it is in. */
  status: RefundStatus;
  /** Why. */
  reason: string;
  /** Who did it. */
  by: Actor;
  /** Who approved it; null when it needed nobody. */
  approver: Actor | null;
  /** When it happened. */
  at: string;
}

/** The ack of what was not done. */
export interface Refused {
  /** Whether it was done. */
  success: false;
  /** What was wrong. */
  error: Error;
}

/** The first time `code`, as the manager's tablet shows it; from then on `deviceId` and `proof`, which is made from the secret and the `challenge` of `hello`. `protocols` are those that the app speaks. `open` names what the phone has accepted and has not been answered the last word about. */
export interface RegisterPhone {
  /** The one-time code of `device:enrol`, the first time. */
  code?: string | null;
  /** The enrolled device. */
  deviceId?: string | null;
  /** `secret` XOR HMAC-SHA-256(SHA-256(`secret`), `challenge`), as base64url without padding. */
  proof?: string | null;
  /** The protocols that the app speaks. */
  protocols: number[];
  /** The version of the app. */
  app: string;
  /** The cards of the phone. */
  sims?: ToldSim[];
  /** What the phone has accepted and has not been answered the last word about. */
  open?: OpenMessage[];
}

/** `secret` is told once, with the code. `epoch` is that of this connection: of two only the newer counts. `open` says what to do about each message that was named. */
export interface RegisterReply {
  /** Whether it was done. */
  success: true;
  /** The enrolled device. */
  deviceId: string;
  /** The house. */
  restaurantId: string;
  /** What people call it. */
  name: string;
  /** The newest protocol that both speak. */
  protocol: number;
  /** Of this connection: it grows, and of two connections of one phone the newer one counts. */
  epoch: number;
  /** 256 bits as base64url without padding: told once, with the code. Keep it secret. */
  secret: string | null;
  /** What to do about each message that was named. */
  open: Task[];
}

/** Which round is sent back; the guests are told the reason. */
export interface RejectOrderForSession {
  /** The order it belongs to. */
  orderId: string;
  /** Why. */
  reason: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
  /** The party's session. */
  sessionId: string;
}

/** What goes, by its id; a promotion by its code. */
export interface RemoveEntry {
  /** The version of the draft; 0 while there has been none. */
  draftVersion: number;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** What kind of entry goes. */
  kind: EntryKind;
  /** Its id; the code of a promotion. */
  id: string;
}

/** Which line goes. */
export interface RemoveLine {
  /** The line it is about. */
  lineId: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
}

/** Which line goes. */
export interface RemoveLineForSession {
  /** The line it is about. */
  lineId: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** The party's session. */
  sessionId: string;
}

/** Which correction of which check is taken back, and why. */
export interface RemovePromotionForSession {
  /** The check, where there are several; without it the party's own. */
  checkId?: string | null;
  /** The promotion, by its id among the corrections of the check. */
  correctionId: string;
  /** Why. */
  reason: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
  /** The party's session. */
  sessionId: string;
}

/** What happened on some business days. Those up to `finalUntil` will never read otherwise. */
export interface ReportReply {
  /** Whether it was done. */
  success: true;
  /** The first business day that is in it. */
  from: string;
  /** The last business day that is in it. */
  to: string;
  /** ISO 4217 code. */
  currency: string;
  /** The house's time zone, as an IANA name. */
  timeZone: string;
  /** The last business day whose figures are final; null before the first one is. */
  finalUntil: string | null;
  /** What happened on these days. */
  report: ReportView;
}

/** All of it. */
export interface ReportView {
  /** The checks, part by part. */
  bills: BillsView;
  /** Sales by the local hour in which orders were sent. */
  hours: HourRow[];
  /** Sales by dish, the largest first. */
  dishes: DishRow[];
  /** Sales by who served the party, and the tips of its payments. */
  waiters: WaiterRow[];
  /** Sales by how the meal reached the guests. */
  diningOptions: DiningOptionRow[];
  /** Voids, comps, discounts and promotions with their reasons, the largest first. */
  takenOff: TakenOffRow[];
  /** The same by who did it. */
  takenOffBy: TakenOffByRow[];
  /** What was given back, by reason. */
  refunds: RefundRow[];
  /** Payments by method. */
  tenders: TenderRow[];
  /** What each tax comes to; those that the prices contain, too. */
  taxes: TaxRow[];
  /** How long tickets took, from being sent to being bumped. */
  ticketTimes: TicketTimeRow[];
  /** How long each step took dishes, by station and course; of tickets that were bumped on these days. */
  lineTimes: LineTimeRow[];
  /** How long parties stayed, by zone and size of the table. */
  turns: TurnRow[];
}

/** Which alarm. `opId` may be sent as anywhere and is not looked at: what is resolved stays so. */
export interface ResolveAlarm {
  /** The alarm. */
  alarmId: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** From now on. */
export interface ResumeDeliveries {
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
}

/** Which phone. `opId` may be sent as anywhere and is not looked at: what works goes on. */
export interface ResumePhone {
  /** The enrolled device. */
  deviceId: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** Which device has to go. */
export interface RevokeDevice {
  /** The enrolled device. */
  deviceId: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** Who has to go. */
export interface RevokeStaff {
  /** The person. */
  staffId: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
}

/** What one may be. A principal has at least one; a command lists those it serves. */
export type Role =
  | "STRANGER"
  | "VISITOR"
  | "GUEST"
  | "WAITER"
  | "CASHIER"
  | "CHEF"
  | "MANAGER"
  | "SCREEN"
  | "CUSTOMER"
  | "SMS_PHONE";

/** The old PIN is worth nothing afterwards; who is in stays in. */
export interface RotatePinForSession {
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
  /** The party's session. */
  sessionId: string;
}

/** The tables and the sessions that changed hands, as they are now. */
export interface SectionReply {
  /** Whether it was done. */
  success: true;
  /** The tables that changed hands, as they are now. */
  tables: TableView[];
  /** The sessions it is about, as they are now. */
  sessions: FloorSessionView[];
}

/** Those of them that exist and are recorded as seen. */
export interface SeenReply {
  /** Whether it was done. */
  success: true;
  /** Ids of the tickets that exist and are recorded as seen. */
  seen: string[];
}

/** The tickets that the screen shows. */
export interface SeenTickets {
  /** The tickets that the screen shows. */
  ticketIds: string[];
}

/** `sms:send`. `phone` and `text` are shown to nobody and written into no log. */
export interface SendMessage {
  /** Names one message to a phone, in all that is said of it. */
  correlationId: string;
  /** To whom, as E.164. */
  phone: string;
  /** What to send, as it is. */
  text: string;
  /** What happened. */
  kind: MessageKind;
  /** How many of the equal parts. */
  parts: number;
  /** By the card in this slot. */
  sim: number;
  /** Which sending of it this is, from 1 on. */
  attempt: number;
  /** What its `sms:ack` has to name. */
  epoch: number;
  /** It is never sent later than this. */
  notAfter: string;
}

/** Which dish is on the table. */
export interface ServeLineForSession {
  /** The order it belongs to. */
  orderId: string;
  /** The line it is about. */
  lineId: string;
  /** The party's session. */
  sessionId: string;
}

/** The order as it is now. */
export interface ServeReply {
  /** Whether it was done. */
  success: true;
  /** The order as it is now. */
  order: OrderView;
}

/** This process stops: connect again, to whichever answers, at a random moment within `reconnectWithin` seconds. */
export interface ServerDraining {
  /** Seconds within which to connect again, at a random moment. */
  reconnectWithin: number;
}

/** `service:changed` */
export interface ServiceChanged {
  /** The request for service as it is now. */
  service: ServiceView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** A fee of the house: `rate` in basis points of what the dishes come to after all that is taken off. */
export interface ServiceCharge {
  /** A share in basis points: 1000 are 10%. */
  rate: number;
  /** How it can be had. */
  diningOptions: DiningOption[];
  /** Only for parties of so many or more. */
  fromCovers: number;
  /** How it is taxed, by the id of a tax class; null for not at all. */
  taxClass: string | null;
}

/** A fee of the house. */
export interface ServiceChargeForm {
  /** A share in basis points: 1000 are 10%. */
  rate: number;
  /** How it can be had. */
  diningOptions?: DiningOption[];
  /** Only for parties of so many or more. */
  fromCovers?: number;
  /** How it is taxed, by the id of a tax class; null for not at all. */
  taxClass?: string | null;
}

/** What is asked for. */
export type ServiceKind =
  | "WAITER"
  | "BILL"
  | "WATER"
  | "OTHER";

/** The request as it is now. */
export interface ServiceReply {
  /** Whether it was done. */
  success: true;
  /** The request for service as it is now. */
  service: ServiceView;
}

/** Shown until it is resolved or cancelled. */
export type ServiceStatus =
  | "OPEN"
  | "TAKEN"
  | "RESOLVED"
  | "CANCELLED";

/** A request for service, as the party and the floor see it. */
export interface ServiceView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** The party's session. */
  sessionId: string;
  /** What people call the table. */
  tableName: string;
  /** Who serves the table; null when it is nobody's in particular. */
  waiter: Actor | null;
  /** What is wanted; what OTHER means is in the note. */
  kind: ServiceKind;
  /** A word about it, for the staff. */
  note: string;
  /** Who asked. */
  by: Actor;
  /** When it was asked for. */
  at: string;
  /** The state it is in. */
  status: ServiceStatus;
  /** Who goes there; null while nobody does. */
  takenBy: Actor | null;
  /** When a waiter said to go there; null while nobody has. */
  takenAt: string | null;
  /** Who has seen to it. */
  resolvedBy: Actor | null;
  /** When somebody had seen to it. */
  resolvedAt: string | null;
  /** When the floor was alarmed because nobody had taken it; null if it was not. */
  escalatedAt: string | null;
}

/** `session:changed` and `session:closed` at the table. */
export interface SessionChanged {
  /** The session as it is now. */
  session: SessionView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** The session as it is now. */
export interface SessionReply {
  /** Whether it was done. */
  success: true;
  /** The session as it is now. */
  session: FloorSessionView;
}

/** A session is open until it is closed, for good. */
export type SessionStatus =
  | "OPEN"
  | "CLOSED";

/** A session as its guests see it. */
export interface SessionView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** The state it is in. */
  status: SessionStatus;
  /** One cart for all, or one for each participant. */
  mode: Mode;
  /** The table. */
  tableId: string;
  /** What people call the table. */
  tableName: string;
  /** The table from which the party was moved; null if it was not. */
  tableWas: string | null;
  /** What people call the tables at which the party sits: its own, then those of parties merged into it. */
  tables: string[];
  /** The session that has everything of this one until it is unmerged; null if it is on its own. */
  mergedInto: string | null;
  /** The devices that are in. */
  participants: ParticipantView[];
  /** When the table was opened. */
  openedAt: string;
  /** When the table was closed. */
  closedAt: string | null;
}

/** `itemId` names a dish or an option. OUT holds `until` a moment, at most a week ahead, or until further notice; AVAILABLE may say how many portions are `left`. What was counted when it was said to be out comes back with its count; AVAILABLE without `left` ends the count of what is there. */
export interface SetAvailability {
  /** The id of a dish or of an option. */
  itemId: string;
  /** OUT: it is 86. */
  state: Availability;
  /** OUT until then, at most a week ahead; until further notice if left out. */
  until?: string | null;
  /** How many portions can still be sold; left out, nobody counts, or as before it was out. */
  left?: number | null;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
}

/** How many guests there are by now. */
export interface SetCoversForSession {
  /** Number of guests. */
  covers: number;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
  /** The party's session. */
  sessionId: string;
}

/** `expected` is the state the cook saw: of two cooks one wins. */
export interface SetStatus {
  /** The ticket. */
  ticketId: string;
  /** The line it is about. */
  lineId: string;
  /** The state to move the line to. */
  status: LineStatus;
  /** The state that the cook saw. If it is another by now, the answer is `STATUS_CONFLICT`. */
  expected: LineStatus;
  /** Names this step and every repeat of it. */
  opId?: string | null;
}

/** `plan` is all of it from then on; `planVersion` is the version that its sender saw, 0 where there was none. */
export interface SetUpDeliveries {
  /** Where, when and for how much the house delivers. */
  plan: PlanForm;
  /** The version of the plan that its sender saw, 0 where there was none. */
  planVersion: number;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
}

/** What one of those who pay owes. `id` is that of the split's part, of the participant, or `rest`. `paid` is what was paid for it; `due` what of it is owed. What was paid for no share lowers first what is due of the rest, then what is due of all others in proportion: together they are what is due of the check. `payable` is what of that is not yet on its way for it, and never more than what can be paid of the whole check. */
export interface Share {
  /** Opaque identifier. */
  id: string;
  /** What people call who pays it; empty when nobody said. */
  name: string;
  /** The participant who pays it; null when it is nobody's in particular. */
  participantId: string | null;
  /** What it comes to. */
  amount: Money;
  /** What was paid for this share. */
  paid: Money;
  /** What of it is still owed; together these are what is owed on the check. */
  due: Money;
  /** What of it can be paid now: what is owed of it and not yet on its way. */
  payable: Money;
}

/** Where the order goes, and to whom; null once the person was erased. With `isZoneByPhone` no zone knows the postal code: zone and fee are those of the place (`point`) that the phone named, and nobody has looked whether it lies there. */
export interface ShownDelivery {
  /** Whether it was done. */
  success: true;
  /** The order as it is now. */
  order: OrderView;
  /** Whom it is for and where it goes; null once the person was erased. */
  destination: Destination | null;
  /** True where no zone knows the postal code: the zone is that of the place that the phone named. */
  isZoneByPhone: boolean;
}

/** Whether a card can send. */
export type SimState =
  | "READY"
  | "NO_SERVICE"
  | "LOCKED"
  | "ABSENT";

/** A card of an SMS phone, and the parts of messages that it was given this month (`2026-11`). */
export interface SimView {
  /** Where the card is, from 0 on. */
  slot: number;
  /** The name of the network of the card. */
  operator: string;
  /** Whether the card can send. */
  state: SimState;
  /** The month of `monthParts`; empty before it has sent any. */
  month: string;
  /** Parts of messages that it was given in that month. */
  monthParts: number;
}

/** When orders are handed over, and how many dishes at a time. */
export interface SlotRuleForm {
  /** Within these hours slots lie; the first begins when they open, the last is whole. */
  hours: WindowForm[];
  /** How long a slot is. */
  minutes: number;
  /** Most portions that are sold into one slot. */
  cap: number;
  /** How many days ahead of today a slot can be chosen. */
  days?: number;
}

/** When orders are handed over. */
export interface SlotRuleView {
  /** Within these hours slots lie; the first begins when they open, the last is whole. */
  hours: Window[];
  /** How long a slot is. */
  minutes: number;
  /** How many days ahead of today a slot can be chosen. */
  days: number;
}

/** A slot that can be chosen, or could be: `hasRoom` for what is to be ordered. */
export interface SlotView {
  /** When it begins: what names it. */
  beginsAt: string;
  /** From when on it is good no more; null for never. */
  endsAt: string;
  /** Whether what was asked for fits into it. */
  hasRoom: boolean;
}

/** `sms-phone:changed` */
export interface SmsPhoneChanged {
  /** The SMS phone as it is now. */
  smsPhone: SmsPhoneView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** The phone as it is now. */
export interface SmsPhoneReply {
  /** Whether it was done. */
  success: true;
  /** The SMS phone as it is now. */
  smsPhone: SmsPhoneView;
}

/** An SMS phone, as the floor sees it: nothing of what it sends, and to whom. */
export interface SmsPhoneView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** The enrolled device. */
  deviceId: string;
  /** What people call it. */
  name: string;
  /** Whether it is here. */
  status: PhoneStatus;
  /** When it was last known to come, to go, or to say how it is; null before that. */
  lastSeenAt: string | null;
  /** Since when it is away; null while it is here. */
  goneAt: string | null;
  /** The version of the app. */
  app: string;
  /** Charge in percent; null where that is not known. */
  battery: number | null;
  /** Whether it is being charged; null where that is not known. */
  isCharging: boolean | null;
  /** Bars of the network, from 0 to 4; null where that is not known. */
  signal: number | null;
  /** The cards of the phone. */
  sims: SimView[];
  /** When it is given one message to try, after failures; null while it can be relied on. */
  probeAt: string | null;
  /** Why it is given nothing; null when it is not paused. */
  pausedReason: PausedReason | null;
  /** Since when it is given nothing; null when it is not paused. */
  pausedAt: string | null;
  /** Who has paused it; null when nobody has. */
  pausedBy: Actor | null;
  /** How well it is, of 100: its last messages and codes, its battery and its signal. */
  health: number;
  /** Messages that it says it has sent. */
  sent: number;
  /** Messages that it could not send, or said nothing of. */
  failed: number;
  /** How many of the last codes that it says it has sent are looked at. */
  codes: number;
  /** How many of these somebody has used. */
  codesUsed: number;
}

/** `parts` are those who pay; a `count` of them is enough for EVEN, their `amounts` (minor units) for AMOUNTS. PARTICIPANTS may name those who share what staff have added; CLAIMS has no parts. `checkId` is needed only for a check that came with a merged party. */
export interface SplitCheckForSession {
  /** The check, where there are several; without it the party's own. */
  checkId?: string | null;
  /** How it is divided. */
  method: SplitMethod;
  /** For EVEN: how many pay. */
  count?: number | null;
  /** For AMOUNTS: what each part pays, in minor units. */
  amounts?: number[];
  /** Those who pay, where they have names, participants, amounts or lines. */
  parts?: DividePart[];
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** The party's session. */
  sessionId: string;
}

/** How a check is divided. EVEN: the same for each part. AMOUNTS: so much for each part. PARTICIPANTS: each participant what they added; what staff added is shared evenly by the participants that the parts name. LINES: each part its lines; a line of several parts is shared evenly by them. CLAIMS: as the guests have claimed. What that leaves is a share of its own. */
export type SplitMethod =
  | "EVEN"
  | "AMOUNTS"
  | "PARTICIPANTS"
  | "LINES"
  | "CLAIMS";

/** The check as it is now; `replayed` when the operation had been carried out before. */
export interface SplitReply {
  /** Whether it was done. */
  success: true;
  /** The check as it is now. */
  check: FloorCheckView;
  /** True when it had been carried out before and nothing was changed now. */
  replayed: boolean;
}

/** Nothing is needed: who proves nothing is a stranger and may log in. */
export interface StaffAuth {
  /** `en` or `ro`: the language of error messages. Without it the browser's Accept-Language counts. */
  language?: string | null;
  /** `accessToken` from the ack of `staff:login` or `staff:refresh`. */
  accessToken?: string | null;
  /** `deviceToken` from the ack of `device:pair`. */
  deviceToken?: string | null;
}

/** `staff:changed` */
export interface StaffChanged {
  /** The person as they are now. */
  staff: PersonView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** Someone of the house, to themselves. */
export interface StaffView {
  /** Opaque identifier. */
  id: string;
  /** What people call it. */
  name: string;
  /** The name to log in with. */
  login: string;
  /** What one may be. */
  roles: string[];
}

/** `amount` goes to the check and `tip` to the staff, both in minor units. `shareId` is the share that it pays; `checkId` is needed only where there are several checks. */
export interface StartPayment {
  /** How it was paid. */
  method: "ONLINE";
  /** What goes to the check, in minor units; at most what can be paid now. */
  amount: number;
  /** A gift to the staff, on top of the amount. */
  tip?: number;
  /** The check, where there are several; without it the party's own. */
  checkId?: string | null;
  /** The share of the check that it pays; null for the check as such. */
  shareId?: string | null;
  /** A UUID made by the client for this sending or payment and kept for every repeat of it. */
  idempotencyKey: string;
}

/** `station:changed` on the floor and in the kitchen. */
export interface StationChanged {
  /** The station, by its code. */
  station: StationView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** `PREP` cooks; `EXPO` assembles what the others cooked and sees their tickets. */
export type StationKind =
  | "PREP"
  | "EXPO";

/** The station as it is now. */
export interface StationReply {
  /** Whether it was done. */
  success: true;
  /** The station, by its code. */
  station: StationView;
}

/** A station as the floor and the kitchen see it. */
export interface StationView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** What dishes name it by. */
  code: string;
  /** What people call it. */
  name: Record<string, string>;
  /** How long its dishes take now; null while nobody knows. */
  wait: Wait | null;
  /** PREP cooks; EXPO assembles what the others cooked. */
  kind: StationKind;
  /** Its place in lists of tables. */
  position: number;
  /** The station that gets a ticket which no screen of this one shows in time. */
  backup: string | null;
  /** With more portions to cook than this, guests are warned; null: never. */
  busyPortions: number | null;
  /** When lines of each course are late and too late. */
  ages: { DRINKS?: Age; STARTERS?: Age; MAINS?: Age; DESSERTS?: Age };
  /** How many screens show it now. */
  screens: number;
  /** Whether a screen shows it now. */
  isLive: boolean;
  /** Whether it has more to cook than that. */
  isBusy: boolean;
  /** How many portions there are to cook. */
  openPortions: number;
}

/** `written`: it is known now. If not, the last was known a moment ago: tell how it is then after `againAfter` seconds; where that is null, a newer connection of the phone counts. */
export interface StatusReply {
  /** Whether it was done. */
  success: true;
  /** Whether it is known now; what comes within ten seconds of the last is not, but for cards. */
  written: boolean;
  /** Seconds after which to tell how it is then; null where it is known, or where a newer connection counts. */
  againAfter: number | null;
}

/** How many lines made a step, and how many seconds it took them (nearest rank). */
export interface StepTimes {
  /** How many lines made the step. */
  lines: number;
  /** Seconds in which half of the lines made it. */
  p50: number;
  /** Seconds in which nine of ten lines made it. */
  p90: number;
  /** Seconds in which ninety-nine of a hundred lines made it. */
  p99: number;
}

/** Something may have been missed: send `sync:get`. */
export interface SyncRequired {
}

/** The table's token is always needed, unless the session token is still good. */
export interface TableAuth {
  /** `en` or `ro`: the language of error messages. Without it the browser's Accept-Language counts. */
  language?: string | null;
  /** The table's token: the last part of the link in its QR code. */
  table?: string | null;
  /** `sessionToken` from the ack of `session:join`. */
  sessionToken?: string | null;
}

/** `table:changed` */
export interface TableChanged {
  /** The table as it is now. */
  table: TableView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** `sessionToken` proves the participant again where there is no cookie; it is not shown to anyone else. */
export interface TableJoinReply {
  /** Whether it was done. */
  success: true;
  /** The participant, who is one device in one session. */
  participantId: string;
  /** Proves the participant where there is no device cookie, as `auth.sessionToken`. Keep it secret. */
  sessionToken: string;
  /** The session as it is now. */
  session: SessionView;
  /** All that is shown now, as `sync:get` would answer; null if it is too large or was not read in time. */
  snapshot: TableSnapshot | null;
}

/** What is newer than what the client has, and what of it is none of the client's any more. */
export interface TableSnapshot {
  /** What the client would have heard, each once. */
  messages: TableSyncMessage[];
  /** Ids that the client named and is not told of any more, because a merge ended: to be forgotten. */
  gone: string[];
  /** What to give as `before` for the next page; null after the last one. */
  next: string | null;
}

/** One message as it would have been heard: its name and its payload. */
export type TableSyncMessage = { event: "session:changed"; payload: SessionChanged } | { event: "session:closed"; payload: SessionChanged } | { event: "cart:changed"; payload: CartChanged } | { event: "order:changed"; payload: OrderChanged } | { event: "check:changed"; payload: CheckChanged } | { event: "payment:changed"; payload: PaymentChanged } | { event: "service:changed"; payload: ServiceChanged } | { event: "menu:changed"; payload: MenuChanged } | { event: "item:changed"; payload: ItemChanged } | { event: "station:changed"; payload: GuestStationChanged };

/** What is newer than what the client has, and what of it is none of the client's any more. */
export interface TableSyncReply {
  /** Whether it was done. */
  success: true;
  /** What the client would have heard, each once. */
  messages: TableSyncMessage[];
  /** Ids that the client named and is not told of any more, because a merge ended: to be forgotten. */
  gone: string[];
  /** What to give as `before` for the next page; null after the last one. */
  next: string | null;
}

/** A table on the floor. */
export interface TableView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** What people call the table. */
  name: string;
  /** The part of the house where it stands. */
  zone: string;
  /** How many people fit. */
  seats: number;
  /** Its place in lists of tables. */
  position: number;
  /** Who serves the table; null when it is nobody's in particular. */
  waiter: Actor | null;
}

/** What somebody has taken off. */
export interface TakenOffByRow {
  /** What was done. */
  kind: CorrectionKind;
  /** Who did it. */
  by: PersonRef | null;
  /** How often. */
  count: number;
  /** How many portions. */
  portions: number;
  /** What it came to. */
  amount: Money;
}

/** What was taken off for a reason; of a promotion the reason is its code. */
export interface TakenOffRow {
  /** What was done. */
  kind: CorrectionKind;
  /** Why, of a promotion its code; null for all reasons that have no row of their own. */
  reason: string | null;
  /** How often. */
  count: number;
  /** How many portions. */
  portions: number;
  /** What it came to. */
  amount: Money;
}

/** What to do about one open message; `epoch` is that of its lease from now on. */
export interface Task {
  /** Names one message to a phone, in all that is said of it. */
  correlationId: string;
  /** Send it; say again how far it is; or do nothing more about it. */
  do: Do;
  /** What its `sms:ack` has to name from now on; null for what is to be forgotten. */
  epoch: number | null;
}

/** A tax on an amount. `rate` in basis points; `isInclusive`: prices contain it already, else it comes on top. */
export interface Tax {
  /** The tax class. */
  classId: string;
  /** What it is called, by language. */
  name: Record<string, string>;
  /** In basis points: 1,100 are 11%. */
  rate: number;
  /** True: the prices contain it. False: it comes on top. */
  isInclusive: boolean;
}

/** Dishes that are taxed alike, by how they are served. A dining option that is not named is not taxed. */
export interface TaxClass {
  /** Opaque identifier. */
  id: string;
  /** What people call it. */
  name: Record<string, string>;
  /** What the tax is for each dining option; one that is not named is not taxed. */
  rates: { DINE_IN?: TaxRate; TAKE_OUT?: TaxRate; DELIVERY?: TaxRate };
}

/** Dishes that are taxed alike. */
export interface TaxClassForm {
  /** Opaque identifier. */
  id: string;
  /** What people call it. */
  name: Record<string, string>;
  /** What the tax is for each dining option; one that is not named is not taxed. */
  rates?: { DINE_IN?: TaxRateForm; TAKE_OUT?: TaxRateForm; DELIVERY?: TaxRateForm };
}

/** What a tax class costs for one dining option: `rate` in basis points. */
export interface TaxRate {
  /** A share in basis points: 1000 are 10%. */
  rate: number;
  /** True for a tax that the prices contain: it is for information and not added to the total. */
  isInclusive: boolean;
}

/** What a tax class costs for one dining option. */
export interface TaxRateForm {
  /** A share in basis points: 1000 are 10%. */
  rate: number;
  /** True for a tax that the prices contain: it is for information and not added to the total. */
  isInclusive?: boolean;
}

/** What one tax comes to. */
export interface TaxRow {
  /** The tax class. */
  classId: string;
  /** What people call it. */
  name: Record<string, string>;
  /** A share in basis points: 1000 are 10%. */
  rate: number;
  /** True for a tax that the prices contain: it is for information and not added to the total. */
  isInclusive: boolean;
  /** What the tax is a share of. */
  base: Money;
  /** The tax. */
  amount: Money;
}

/** How the phone is; what is left out is as it was. `battery` in percent, `signal` in bars from 0 to 4. */
export interface TellStatus {
  /** Charge in percent; null where that is not known. */
  battery?: number | null;
  /** Whether it is being charged; null where that is not known. */
  isCharging?: boolean | null;
  /** Bars of the network, from 0 to 4; null where that is not known. */
  signal?: number | null;
  /** The cards of the phone. */
  sims?: ToldSim[] | null;
}

/** How it was paid: over the counter, at a card terminal that staff read off, or from a phone by the provider. */
export type TenderMethod =
  | "CASH"
  | "CARD_TERMINAL"
  | "ONLINE";

/** What was paid in one way, and given back. */
export interface TenderRow {
  /** How it was paid. */
  method: TenderMethod;
  /** How often. */
  count: number;
  /** What went to checks. */
  amount: Money;
  /** What was given to the staff. */
  tips: Money;
  /** How often something was given back. */
  refunds: number;
  /** What of it was given back. */
  refunded: Money;
  /** What was given back of tips. */
  tipsRefunded: Money;
}

/** A payment as the guests see it. */
export interface TenderView {
  /** Opaque identifier. */
  id: string;
  /** How it was paid. */
  method: TenderMethod;
  /** The share of the check that it pays; null for the check as such. */
  shareId: string | null;
  /** What of it goes to the check. */
  amount: Money;
  /** A gift to the staff, on top of the amount. */
  tip: Money;
  /** The cash that was handed over; null for what was not paid in cash. */
  given: Money | null;
  /** What the guest got back at once; null for what was not paid in cash. */
  change: Money | null;
  /** What of it was given back. */
  refunded: Money;
  /** What of the tip was given back. */
  tipRefunded: Money;
  /** When it happened. */
  at: string;
}

/** `ticket:changed` */
export interface TicketChanged {
  /** The ticket as it is now. */
  ticket: TicketView;
  /** What happened to it in this version, for animation; never needed to be right. */
  change: Change | null;
}

/** One dish as the cook reads it. `id` is the id of the order's line. */
export interface TicketLine {
  /** The id of the order's line. */
  id: string;
  /** The dish on the menu: what `item:set-availability` names. */
  itemId: string;
  /** What people call it. */
  name: Record<string, string>;
  /** Number of portions. */
  quantity: number;
  /** Portions that were taken off after the round was sent: not to be cooked. */
  voided: number;
  /** How many of the portions that were taken off the kitchen has seen: those beyond it are struck. */
  acknowledged: number;
  /** Who took note of it; null before that. */
  acknowledgedBy: Actor | null;
  /** When somebody at the station last took note that portions were struck; null before that. */
  acknowledgedAt: string | null;
  /** The names of the chosen options, by language code. */
  modifiers: Record<string, string>[];
  /** The chosen options, in the order of `modifiers`. */
  optionIds: string[];
  /** Free text for the kitchen. */
  note: string;
  /** The serving step. */
  course: Course;
  /** Allergens by Regulation (EU) No 1169/2011. */
  allergens: Allergen[];
  /** Allergens that whoever eats it must not get. */
  avoid: Allergen[];
  /** For whom the dish is, when the guest gave a name. */
  guest: string;
  /** Who added the line. */
  addedBy: Actor | null;
  /** How long it takes, as the menu says. */
  prepMinutes: number;
  /** The state it is in. */
  status: LineStatus;
  /** Its course is kept back: nobody is to begin. */
  isHeld: boolean;
  /** Who keeps it back; null when the rule of the house does, or nobody. */
  heldBy: Actor | null;
  /** When it is fired by itself, being for a later slot; null for all else. */
  heldUntil: string | null;
  /** When the kitchen got it to cook; null while its course is held. */
  firedAt: string | null;
  /** When to begin, so that the dishes of a table are ready together. */
  startsAt: string | null;
  /** When somebody began; null before. */
  startedAt: string | null;
  /** When it was ready; null before. */
  readyAt: string | null;
  /** When it was served; null before. */
  servedAt: string | null;
  /** When the state of the line last changed. */
  changedAt: string;
}

/** The ticket as it is now. */
export interface TicketReply {
  /** Whether it was done. */
  success: true;
  /** The ticket as it is now. */
  ticket: TicketView;
}

/** On the screens of its station, or cleared from them. */
export type TicketStatus =
  | "OPEN"
  | "BUMPED";

/** How many seconds tickets of a station took, from being sent to being bumped (nearest rank). */
export interface TicketTimeRow {
  /** The station by its code; null for all of them together. */
  station: string | null;
  /** How many tickets were bumped. */
  tickets: number;
  /** Seconds in which half of the tickets were done. */
  p50: number;
  /** Seconds in which nine of ten tickets were done. */
  p90: number;
  /** Seconds in which ninety-nine of a hundred tickets were done. */
  p99: number;
}

/** A ticket on a kitchen screen. No price, by type. */
export interface TicketView {
  /** Opaque identifier. */
  id: string;
  /** Grows with every change; the highest version of an id is the truth. */
  version: number;
  /** The party's session. */
  sessionId: string;
  /** The order it belongs to. */
  orderId: string;
  /** The order's number in the house, for people. */
  number: number;
  /** Which sending of this cart, from 1. */
  round: number;
  /** The station, by its code. */
  station: string;
  /** What people call the table. */
  tableName: string;
  /** The table from which the party was moved; null if it was not. */
  tableWas: string | null;
  /** Dine-in, take-out or delivery. */
  diningOption: DiningOption;
  /** Who served the party when it was placed. */
  waiter: Actor | null;
  /** The station that shows it, too, because no screen of its own did in time; null else. */
  backup: string | null;
  /** When the kitchen was to begin: the round was sent, or approved if it had to wait. */
  placedAt: string;
  /** The state it is in. */
  status: TicketStatus;
  /** It goes before all others. */
  isPriority: boolean;
  /** Grows when what there is to cook changes otherwise than by a cook's step. */
  revision: number;
  /** Whether the house has a station that assembles: it shows a ticket until it is run. */
  hasExpo: boolean;
  /** What it consists of. */
  lines: TicketLine[];
  /** When a screen first showed it. */
  seenAt: string | null;
  /** When the expediter had all of the order together; null before. */
  assembledAt: string | null;
  /** When nothing of it was left to be cooked. */
  readyAt: string | null;
  /** When it was cleared from the screens of its station. */
  bumpedAt: string | null;
}

/** Tickets that were bumped, the last one first. */
export interface TicketsReply {
  /** Whether it was done. */
  success: true;
  /** The last hundred that were bumped, the last one first. */
  tickets: TicketView[];
}

/** A card as the phone tells of it: the slot counts from 0. */
export interface ToldSim {
  /** Where the card is, from 0 on. */
  slot: number;
  /** The name of the network of the card. */
  operator?: string;
  /** Whether the card can send. */
  state?: SimState;
}

/** How long parties stayed at tables of a zone with so many seats. */
export interface TurnRow {
  /** The part of the house; empty for a table that is gone. */
  zone: string;
  /** The seats of the table; 0 for a table that is gone. */
  seats: number;
  /** How many parties left. */
  parties: number;
  /** Number of guests. */
  covers: number;
  /** How long a party stayed on average, from being seated to leaving, in seconds. */
  averageSeconds: number;
}

/** Whose claim staff take back; also that of a participant who has left. */
export interface UnclaimForGuestForSession {
  /** The line it is about. */
  lineId: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** The participant, who is one device in one session. */
  participantId: string;
  /** The party's session. */
  sessionId: string;
}

/** Which line is not claimed any more. */
export interface UnclaimLine {
  /** The line it is about. */
  lineId: string;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
}

/** The last move is taken back. */
export interface UndoMoveForSession {
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
  /** The party's session. */
  sessionId: string;
}

/** The session that had been merged is named. */
export interface UnmergeSessionForSession {
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId?: string | null;
  /** The party's session. */
  sessionId: string;
}

/** `checkId` is needed only for a check that came with a merged party. */
export interface UnsplitCheckForSession {
  /** The check, where there are several; without it the party's own. */
  checkId?: string | null;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** The party's session. */
  sessionId: string;
}

/** What is left out stays as it is. */
export interface UpdateLine {
  /** The line it is about. */
  lineId: string;
  /** Number of portions. */
  quantity?: number | null;
  /** Ids of the chosen options. */
  modifiers?: string[] | null;
  /** Free text for the kitchen. */
  note?: string | null;
  /** Allergens that whoever eats it must not get: the kitchen cannot overlook it. */
  avoid?: Allergen[] | null;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
}

/** What is left out stays as it is. */
export interface UpdateLineForSession {
  /** The line it is about. */
  lineId: string;
  /** Number of portions. */
  quantity?: number | null;
  /** Ids of the chosen options. */
  modifiers?: string[] | null;
  /** Free text for the kitchen. */
  note?: string | null;
  /** Allergens that whoever eats it must not get: the kitchen cannot overlook it. */
  avoid?: Allergen[] | null;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** The party's session. */
  sessionId: string;
}

/** Which portions come off the check; without `quantity` all that are left on it. */
export interface VoidLineForSession {
  /** The order it belongs to. */
  orderId: string;
  /** The line it is about. */
  lineId: string;
  /** Number of portions; all that are left on the check if left out. */
  quantity?: number | null;
  /** Why. */
  reason: string;
  /** Who approves what is above the house's limit, with their PIN: a manager other than the one who acts. */
  approval?: Approval | null;
  /** A UUID made by the client for this change. Repeating the change with it changes nothing. */
  opId: string;
  /** The party's session. */
  sessionId: string;
}

/** How long a dish that is sent now is likely to take: `minutes` half of them, `longMinutes` nine of ten. */
export interface Wait {
  /** Half of the dishes take no longer. */
  minutes: number;
  /** Nine of ten dishes take no longer. */
  longMinutes: number;
  /** MEASURED in the last hours, or what the MENU says. */
  basis: WaitBasis;
  /** On how many dishes it rests. */
  samples: number;
  /** Since when that is said: an estimate that says the same changes nothing. */
  measuredAt: string;
}

/** What an estimate rests on: what the station took in the last hours, or what the menu says of its dishes. */
export type WaitBasis =
  | "MEASURED"
  | "MENU";

/** What a waiter's parties have ordered, and what they gave; `tipsRefunded` is what they got back of it. */
export interface WaiterRow {
  /** Who served the parties; null for nobody. */
  waiter: PersonRef | null;
  /** How many orders the waiter's parties sent. */
  orders: number;
  /** How many portions. */
  portions: number;
  /** What was ordered, at the prices of the orders. */
  items: Money;
  /** What is left of it after all that was taken off. */
  net: Money;
  /** What was given to the staff. */
  tips: Money;
  /** What was given back of tips. */
  tipsRefunded: Money;
}

/** A dish, how often, with which options; `avoid` is what whoever eats it must not get. */
export interface WantedItem {
  /** The dish, by its id on the menu. */
  itemId: string;
  /** Number of portions. */
  quantity?: number;
  /** Ids of the chosen options. */
  modifiers?: string[];
  /** Free text for the kitchen. */
  note?: string;
  /** Allergens that whoever eats it must not get: the kitchen cannot overlook it. */
  avoid?: Allergen[];
}

/** The day of the week, in the time zone of the house. */
export type Weekday =
  | "MON"
  | "TUE"
  | "WED"
  | "THU"
  | "FRI"
  | "SAT"
  | "SUN";

/** From `opens` until just before `closes` on some days; at or before `opens` it means the next day. */
export interface Window {
  /** The days on which it opens. */
  days: Weekday[];
  /** When it opens, as local time of the house: `18:30`. */
  opens: string;
  /** When it closes, as local time; at or before `opens` it is that time of the next day, `24:00` midnight. */
  closes: string;
}

/** From when until when, and on which days; without days on all of them. */
export interface WindowForm {
  /** The days on which it opens. */
  days?: Weekday[];
  /** When it opens, as local time of the house: `18:30`. */
  opens: string;
  /** When it closes, as local time; at or before `opens` it is that time of the next day, `24:00` midnight. */
  closes: string;
}

/** A part of the town, by postal codes, by the corners of a polygon, or by both. */
export interface ZoneForm {
  /** Opaque identifier. */
  id: string;
  /** What people call it. */
  name: Record<string, string>;
  /** Postal codes without spaces and hyphens, or how they begin, `0101*`; `*` is every one. */
  postalCodes?: string[];
  /** Its corners in order, in degrees of latitude and longitude; it closes by itself, the edge is inside. */
  polygon?: string[];
  /** What bringing it costs, in minor units. */
  fee: number;
  /** From what the dishes come to on it costs nothing, in minor units; null for never. */
  freeFrom?: number | null;
  /** What the dishes must come to, in minor units. */
  minimum?: number;
  /** How long the way takes. */
  minutes: number;
}

/** A part of the town that dishes are brought to. */
export interface ZoneView {
  /** Opaque identifier. */
  id: string;
  /** What people call it. */
  name: Record<string, string>;
  /** What bringing it costs, in minor units. */
  fee: number;
  /** From what the dishes come to on it costs nothing, in minor units; null for never. */
  freeFrom: number | null;
  /** What the dishes must come to, in minor units. */
  minimum: number;
  /** How long the way takes. */
  minutes: number;
}

/** What may be asked in `/table`. */
export interface TableCommands {
  /** Join the party at the table with its PIN, and receive everything there is to know. */
  "session:join": { request: JoinSession; reply: TableJoinReply };
  /** Leave the party; what one added stays. */
  "session:leave": { request: Nothing; reply: Done };
  /** Add a dish with its modifiers to the cart. */
  "cart:add": { request: AddLine; reply: CartReply };
  /** Take all lines out of the cart. */
  "cart:clear": { request: ClearCart; reply: CartReply };
  /** Take a line out of the cart. */
  "cart:remove": { request: RemoveLine; reply: CartReply };
  /** Change the quantity, the modifiers, the note or the allergy note of a line. */
  "cart:update": { request: UpdateLine; reply: CartReply };
  /** Review and send while the others wait; repeat it to go on holding. */
  "checkout:hold": { request: Nothing; reply: CartReply };
  /** Let the others change the cart again. */
  "checkout:release": { request: Nothing; reply: CartReply };
  /** List the rounds of the session that the principal may see. */
  "order:list": { request: Nothing; reply: OrdersReply };
  /** Send the cart to the kitchen: the order, its tickets, the emptied cart and the check, in one transaction. */
  "order:place": { request: PlaceOrder; reply: PlaceReply };
  /** Take a request of the party back; one that is done with stays as it is. */
  "service:cancel": { request: CancelService; reply: ServiceReply };
  /** Ask for a waiter, the check, water or something else; what is asked for already is not asked for twice. */
  "service:request": { request: AskForService; reply: ServiceReply };
  /** Read what the party owes and what it has paid. */
  "check:get": { request: Nothing; reply: ChecksReply };
  /** Say that one pays for a dish, or for a part of it. */
  "check:claim": { request: ClaimLine; reply: ClaimReply };
  /** Say that one does not pay for a dish any more, so that others can. */
  "check:unclaim": { request: UnclaimLine; reply: ClaimReply };
  /** Take back a round of one's own, or lines of it, as long as it waits for a waiter's tap. */
  "order:cancel": { request: CancelOwnOrder; reply: CancelReply };
  /** Use a promotion code for one's own party. */
  "promotion:apply": { request: ApplyPromotion; reply: PromotionReply };
  /** Have a payment cancelled that is on its way: one's own, or as staff anyone's whose phone has died. */
  "payment:cancel": { request: CancelPayment; reply: OnlinePaymentReply };
  /** Begin to pay a part of the check online; `payment:changed` brings what the phone needs to go on. */
  "payment:start": { request: StartPayment; reply: OnlinePaymentReply };
  /** Print a check: what is to be paid, or what was paid. The first time, it gets its number of the business day. */
  "receipt:get": { request: GetReceipt; reply: ReceiptReply };
  /** Read what is offered, in one language or in all, and what of it is served now. */
  "menu:get": { request: GetMenu; reply: MenuReply };
  /** Say which versions are held and get what is newer. */
  "sync:get": { request: GetSync; reply: TableSyncReply };
  /** Be answered, and nothing else: who has heard nothing for a while learns whether the connection lives. */
  "sync:probe": { request: Nothing; reply: Done };
}

/** What is told in `/table`. */
export interface TableMessages {
  /** The first message after the connect: who one is, and what is allowed. */
  "hello": Hello;
  /** Someone joined or left, the party moved, or the PIN is a new one. */
  "session:changed": SessionChanged;
  /** The party has left and the table was closed. */
  "session:closed": SessionChanged;
  /** Someone connected or was cut off. */
  "presence:changed": PresenceChanged;
  /** The cart has changed, by whomever. */
  "cart:changed": CartChanged;
  /** A round was sent, or one of its lines moved on. */
  "order:changed": OrderChanged;
  /** What is to be paid, or what was paid, has changed. */
  "check:changed": CheckChanged;
  /** A payment of this phone has moved on; told to its payer alone. */
  "payment:changed": PaymentChanged;
  /** The party asked for service, or somebody has seen to it. */
  "service:changed": ServiceChanged;
  /** The menu has changed, in all its languages. */
  "menu:changed": MenuChanged;
  /** A dish or option is sold out, can be had again, or is counted. What is never told of can be had. */
  "item:changed": ItemChanged;
  /** How long the dishes of a station take has changed. */
  "station:changed": GuestStationChanged;
  /** Something may have been missed: send `sync:get`. */
  "sync:required": SyncRequired;
  /** This process is about to stop: connect again, at a random moment within the time named. */
  "server:draining": ServerDraining;
}

/** What a client of `/table` holds, by the name that it has in messages. */
export interface TableSnapshots {
  session: SessionView;
  cart: CartView;
  order: OrderView;
  check: CheckView;
  payment: PaymentView;
  service: ServiceView;
  menu: MenuView;
  item: ItemView;
  station: GuestStationView;
}

/** What may be asked in `/floor`. */
export interface FloorCommands {
  /** Close the table once nothing is owed either way, cooked or undecided; its QR code is worth nothing afterwards. */
  "session:close": { request: CloseSessionForSession; reply: SessionReply };
  /** Open a table for a party and tell its PIN, once. */
  "session:open": { request: OpenSession; reply: OpenReply };
  /** Say how many guests the party has; its check may get or lose its service charge by it. */
  "session:set-covers": { request: SetCoversForSession; reply: SessionReply };
  /** Send a device away from the table; what it added stays, and the PIN is a new one. */
  "participant:eject": { request: EjectParticipantForSession; reply: PinReply };
  /** Give the session a new PIN and forget the wrong tries at the old one. */
  "pin:rotate": { request: RotatePinForSession; reply: PinReply };
  /** Let guests of one session in for a short time while the house takes no joins; they still need its PIN. */
  "session:admit": { request: AdmitGuestsForSession; reply: SessionReply };
  /** Seat the party at another table: phones follow, tickets keep their ids, nothing is fired again. */
  "session:move": { request: MoveSessionForSession; reply: SessionReply };
  /** Take the last move back while that is possible: the party sits at its former table as if it had not moved. */
  "session:undo-move": { request: UndoMoveForSession; reply: SessionReply };
  /** Bring a party to another one's session, its host: lines, rounds, checks, tickets and phones. */
  "session:merge": { request: MergeSessions; reply: SessionReply };
  /** Take a merged party out again, with what came with it and the lines that its guests have added since. */
  "session:unmerge": { request: UnmergeSessionForSession; reply: SessionReply };
  /** Add a dish with its modifiers to the cart. */
  "cart:add": { request: AddLineForSession; reply: CartReply };
  /** Take all lines out of the cart. */
  "cart:clear": { request: ClearCartForSession; reply: CartReply };
  /** Take a line out of the cart. */
  "cart:remove": { request: RemoveLineForSession; reply: CartReply };
  /** Change the quantity, the modifiers, the note or the allergy note of a line. */
  "cart:update": { request: UpdateLineForSession; reply: CartReply };
  /** Review and send while the others wait; repeat it to go on holding. */
  "checkout:hold": { request: NothingForSession; reply: CartReply };
  /** Let the others change the cart again. */
  "checkout:release": { request: NothingForSession; reply: CartReply };
  /** List the rounds of the session that the principal may see. */
  "order:list": { request: NothingForSession; reply: OrdersReply };
  /** Send the cart to the kitchen: the order, its tickets, the emptied cart and the check, in one transaction. */
  "order:place": { request: PlaceOrderForSession; reply: PlaceReply };
  /** Say that the customer has it: its dishes are served, and what is paid is closed; else it stays open till then. */
  "delivery:done": { request: NameDelivery; reply: DeliveryReply };
  /** Say that somebody is on the way with an order; where the house wants it, the customer gets a message. */
  "delivery:send": { request: NameDelivery; reply: DeliveryReply };
  /** Read where an order goes: name, phone and address of its customer. Whoever reads it is in the audit log. */
  "delivery:show": { request: NameDelivery; reply: ShownDelivery };
  /** Call an order off, with a reason that its customer is told. */
  "delivery:cancel": { request: CancelDelivery; reply: DeliveryReply };
  /** Let a waiting round go to the kitchen and onto the check, as it was placed and at the prices the guest saw. */
  "order:approve": { request: ApproveOrderForSession; reply: DecisionReply };
  /** Send a waiting round back with a reason that the guests are told; none of it is cooked. */
  "order:reject": { request: RejectOrderForSession; reply: DecisionReply };
  /** Say that a dish that was ready is on the table. */
  "line:serve": { request: ServeLineForSession; reply: ServeReply };
  /** Have an order cooked before all others, or in its turn; one that waits for a waiter's tap, once it has that. */
  "order:prioritize": { request: PrioritizeOrder; reply: PriorityReply };
  /** Let the kitchen cook what is held of a course, whoever held it. What is not held stays as it is. */
  "course:fire": { request: NameCourseForSession; reply: CourseReply };
  /** Keep a course of a party back: nobody begins with it until it is fired. What is begun goes on. */
  "course:hold": { request: NameCourseForSession; reply: CourseReply };
  /** Say that the party has what it asked for, whoever had taken it; what is done with stays as it is. */
  "service:resolve": { request: NameService; reply: ServiceReply };
  /** Say that one goes there; of two waiters at once one does. */
  "service:take": { request: NameService; reply: ServiceReply };
  /** Say that somebody has seen to it; one that was resolved stays as it is, and its cause may raise a new one. */
  "alarm:resolve": { request: ResolveAlarm; reply: AlarmReply };
  /** Give tables, and the parties at them, to a waiter, or to nobody; a waiter may take tables on themselves only. */
  "section:assign": { request: AssignSection; reply: SectionReply };
  /** Give all tables and parties of one waiter to another, at once. */
  "shift:handover": { request: HandOverShift; reply: SectionReply };
  /** Read what a party owes and what it has paid, and why something was taken off. */
  "check:get": { request: NothingForSession; reply: FloorChecksReply };
  /** Say for a guest that they pay for a dish, or for a part of it. */
  "check:claim": { request: ClaimForGuestForSession; reply: FloorClaimReply };
  /** Take back what a guest has claimed, also one who has left, so that others can. */
  "check:unclaim": { request: UnclaimForGuestForSession; reply: FloorClaimReply };
  /** Divide a check; that takes the place of an earlier division. */
  "check:split": { request: SplitCheckForSession; reply: SplitReply };
  /** Take the division of a check back: the guests' claims divide it then, as before. */
  "check:unsplit": { request: UnsplitCheckForSession; reply: SplitReply };
  /** Cancel a round that waits, or lines of it, for a reason that the guests are told. */
  "order:cancel": { request: CancelOrderForSession; reply: CancelReply };
  /** Cut the price of the check, by an amount or by a share of what it comes to now. */
  "discount:apply": { request: ApplyDiscountForSession; reply: CorrectionReply };
  /** Make a line free; the kitchen goes on. */
  "line:comp": { request: CompLineForSession; reply: CorrectionReply };
  /** Take a line that was sent off the check; the kitchen sees it struck until somebody there acknowledges it. */
  "line:void": { request: VoidLineForSession; reply: CorrectionReply };
  /** Use a promotion code for a party. */
  "promotion:apply": { request: ApplyPromotionForSession; reply: FloorPromotionReply };
  /** Take a promotion off a check again: its code can be used once more. It stays on the check, as withdrawn. */
  "promotion:remove": { request: RemovePromotionForSession; reply: FloorPromotionReply };
  /** Record a payment in cash or at a card terminal. */
  "payment:record": { request: RecordPaymentForSession; reply: PaymentReply };
  /** Give money of a payment back, as it was paid; also after the party is gone. */
  "payment:refund": { request: RefundPaymentForSession; reply: PaymentReply };
  /** Have a payment cancelled that is on its way: one's own, or as staff anyone's whose phone has died. */
  "payment:cancel": { request: CancelPayment; reply: OnlinePaymentReply };
  /** Print a check: what is to be paid, or what was paid. The first time, it gets its number of the business day. */
  "receipt:get": { request: GetReceiptForSession; reply: ReceiptReply };
  /** Read what business days came to: sales, what was taken off and why, payments, tips, taxes, times. */
  "report:get": { request: GetReport; reply: ReportReply };
  /** Read what is offered, in one language or in all, and what of it is served now. */
  "menu:get": { request: GetMenu; reply: MenuReply };
  /** Say that a dish or option is sold out, until when, or how many portions are left. */
  "item:set-availability": { request: SetAvailability; reply: ItemReply };
  /** Forget the draft: the menu stays as it is published. */
  "menu:discard-draft": { request: DiscardDraft; reply: EditReply };
  /** Read what the next menu will be, with everything that is still wrong in it. */
  "menu:draft": { request: Nothing; reply: DraftReply };
  /** Make the draft the menu, everywhere at once; refused with every mistake that is still in it. */
  "menu:publish": { request: PublishMenu; reply: PublishReply };
  /** Put a heading into the draft. */
  "menu:put-category": { request: PutCategory; reply: EditReply };
  /** Put a dish into the draft. */
  "menu:put-dish": { request: PutDish; reply: EditReply };
  /** Put a modifier group with its options into the draft. */
  "menu:put-group": { request: PutGroup; reply: EditReply };
  /** Say in which languages the draft is written. */
  "menu:put-languages": { request: PutLanguages; reply: EditReply };
  /** Put an option into a modifier group of the draft. */
  "menu:put-option": { request: PutOption; reply: EditReply };
  /** Put tax classes, service charge and delivery fee into the draft. */
  "menu:put-pricing": { request: PutPricing; reply: EditReply };
  /** Put a promotion into the draft. */
  "menu:put-promotion": { request: PutPromotion; reply: EditReply };
  /** Take an entry out of the draft; what names it is wrong until it is put right. */
  "menu:remove": { request: RemoveEntry; reply: EditReply };
  /** Log in with the password, or by PIN on an enrolled device; the cookie stands for the log-in from then on. */
  "staff:login": { request: LogIn; reply: FloorLogInReply };
  /** End the log-in on this device, or on all of them: its cookie and its tokens are worth nothing afterwards. */
  "staff:logout": { request: LogOut; reply: Done };
  /** Get new tokens before the access token ends; the connection is that person from then on and may `sync:get`. */
  "staff:refresh": { request: Refresh; reply: RefreshReply };
  /** Hire someone. */
  "staff:add": { request: AddStaff; reply: PersonReply };
  /** Change someone's name, roles, password or PIN; new roles count from their next command on. */
  "staff:change": { request: ChangeStaff; reply: PersonReply };
  /** Change one's own password or PIN, giving the present password; one's other log-ins end. */
  "staff:change-password": { request: ChangePassword; reply: Done };
  /** Let someone in no more: all their log-ins end at once, everywhere, and their tables are nobody's. */
  "staff:revoke": { request: RevokeStaff; reply: PersonReply };
  /** Take a tablet, a screen or an SMS phone into the house: get a one-time code to be typed on it. */
  "device:enrol": { request: EnrolDevice; reply: EnrolReply };
  /** Become a device of the house with a one-time code: a tablet on the floor, a screen in the kitchen. */
  "device:pair": { request: PairDevice; reply: FloorPairReply };
  /** Send a device away for good: its sockets close and the log-ins on it end, everywhere. */
  "device:revoke": { request: RevokeDevice; reply: DeviceReply };
  /** Say which station stands in for one, from how many portions on it is busy, and when its lines are late. */
  "station:change": { request: ChangeStation; reply: StationReply };
  /** Take no orders from outside for a while; those that are placed go on. */
  "delivery:pause": { request: PauseDeliveries; reply: PlanReply };
  /** Read where, when and for how much the house delivers. */
  "delivery:plan": { request: Nothing; reply: FoundPlanReply };
  /** Take orders from outside again. */
  "delivery:resume": { request: ResumeDeliveries; reply: PlanReply };
  /** Say where, when and for how much the house delivers; refused with every mistake that is in it. */
  "delivery:set-up": { request: SetUpDeliveries; reply: PlanReply };
  /** Read the audit log of the house, newest first. Reading it is an entry itself, once a minute. */
  "audit:list": { request: ListAudit; reply: AuditReply };
  /** Say which versions are held and get what is newer. */
  "sync:get": { request: GetSync; reply: FloorSyncReply };
  /** Be answered, and nothing else: who has heard nothing for a while learns whether the connection lives. */
  "sync:probe": { request: Nothing; reply: Done };
  /** Give a phone no more messages; what it has, it may still send. */
  "sms:pause": { request: PausePhone; reply: SmsPhoneReply };
  /** Let a phone send messages again, whoever has paused it, and forget what it has failed at. */
  "sms:resume": { request: ResumePhone; reply: SmsPhoneReply };
}

/** What is told in `/floor`. */
export interface FloorMessages {
  /** The first message after the connect: who one is, and what is allowed. */
  "hello": Hello;
  /** A table of the house has changed. */
  "table:changed": TableChanged;
  /** Something needs somebody at once, or was seen to. */
  "alarm:changed": AlarmChanged;
  /** A table was opened, or a party changed or moved. */
  "session:changed": FloorSessionChanged;
  /** The party has left and the table was closed. */
  "session:closed": FloorSessionChanged;
  /** A cart of a party has changed, by whomever. */
  "cart:changed": CartChanged;
  /** A round was sent, or one of its lines moved on. */
  "order:changed": OrderChanged;
  /** What is to be paid, or what was paid, has changed. */
  "check:changed": FloorCheckChanged;
  /** The party asked for service, or somebody has seen to it. */
  "service:changed": ServiceChanged;
  /** The menu has changed, in all its languages. */
  "menu:changed": MenuChanged;
  /** A dish or option is sold out, can be had again, or is counted. What is never told of can be had. */
  "item:changed": FloorItemChanged;
  /** A station has other screens, more or less to do, or was set up anew. */
  "station:changed": StationChanged;
  /** Where, when or for how much the house delivers has changed, or it has paused or resumed. */
  "delivery:changed": FloorPlanChanged;
  /** Someone was hired, changed or revoked; told to managers only. */
  "staff:changed": StaffChanged;
  /** A device was enrolled, paired or revoked; told to managers only. */
  "device:changed": DeviceChanged;
  /** An SMS phone came, went, or has told how it is. */
  "sms-phone:changed": SmsPhoneChanged;
  /** Something may have been missed: send `sync:get`. */
  "sync:required": SyncRequired;
  /** This process is about to stop: connect again, at a random moment within the time named. */
  "server:draining": ServerDraining;
}

/** What a client of `/floor` holds, by the name that it has in messages. */
export interface FloorSnapshots {
  table: TableView;
  alarm: AlarmView;
  session: FloorSessionView;
  cart: CartView;
  order: OrderView;
  check: FloorCheckView;
  service: ServiceView;
  menu: MenuView;
  item: FloorItemView;
  station: StationView;
  plan: FloorPlanView;
  staff: PersonView;
  device: DeviceView;
  smsPhone: SmsPhoneView;
}

/** What may be asked in `/checkout`. */
export interface CheckoutCommands {
  /** List one's last orders. */
  "order:list": { request: Nothing; reply: HomeOrdersReply };
  /** Order from home: the order, its tickets, its check and its slot, in one transaction. */
  "order:place": { request: OrderFromHome; reply: HomeOrderReply };
  /** Say what an order would come to, where it would be brought from which minimum on, and when it would be there. */
  "order:quote": { request: QuoteOrder; reply: QuoteReply };
  /** Have a payment cancelled that is on its way: one's own, or as staff anyone's whose phone has died. */
  "payment:cancel": { request: CancelPayment; reply: OnlinePaymentReply };
  /** Begin to pay what one has ordered online; `payment:changed` brings what the phone needs to go on. */
  "payment:start": { request: PayOrder; reply: OnlinePaymentReply };
  /** Read what is offered, in one language or in all, and what of it is served now. */
  "menu:get": { request: GetMenu; reply: MenuReply };
  /** Say which versions are held and get what is newer. */
  "sync:get": { request: GetSync; reply: CheckoutSyncReply };
  /** Be answered, and nothing else: who has heard nothing for a while learns whether the connection lives. */
  "sync:probe": { request: Nothing; reply: Done };
}

/** What is told in `/checkout`. */
export interface CheckoutMessages {
  /** The first message after the connect: who one is, and what is allowed. */
  "hello": Hello;
  /** A round was sent, or one of its lines moved on. */
  "order:changed": OrderChanged;
  /** What is to be paid, or what was paid, has changed. */
  "check:changed": CheckChanged;
  /** A payment of this customer has moved on. */
  "payment:changed": PaymentChanged;
  /** Where, when or for how much the house delivers has changed, or it has paused or resumed. */
  "delivery:changed": PlanChanged;
  /** The menu has changed, in all its languages. */
  "menu:changed": MenuChanged;
  /** A dish or option is sold out, can be had again, or is counted. What is never told of can be had. */
  "item:changed": ItemChanged;
  /** How long the dishes of a station take has changed. */
  "station:changed": GuestStationChanged;
  /** Something may have been missed: send `sync:get`. */
  "sync:required": SyncRequired;
  /** This process is about to stop: connect again, at a random moment within the time named. */
  "server:draining": ServerDraining;
}

/** What a client of `/checkout` holds, by the name that it has in messages. */
export interface CheckoutSnapshots {
  order: OrderView;
  check: CheckView;
  payment: PaymentView;
  plan: PlanView;
  menu: MenuView;
  item: ItemView;
  station: GuestStationView;
}

/** What may be asked in `/kitchen`. */
export interface KitchenCommands {
  /** Cook an order before all others, or in its turn, at all its stations. */
  "order:prioritize": { request: PrioritizeOrder; reply: PriorityTicketsReply };
  /** Say that a dish or option is sold out, until when, or how many are left; a screen may, of its stations. */
  "item:set-availability": { request: SetAvailability; reply: ItemReply };
  /** Log in with the password, or by PIN on an enrolled device; the cookie stands for the log-in from then on. */
  "staff:login": { request: LogIn; reply: KitchenLogInReply };
  /** End the log-in on this device, or on all of them: its cookie and its tokens are worth nothing afterwards. */
  "staff:logout": { request: LogOut; reply: Done };
  /** Get new tokens before the access token ends; the connection is that person from then on and may `sync:get`. */
  "staff:refresh": { request: Refresh; reply: RefreshReply };
  /** Change one's own password or PIN, giving the present password; one's other log-ins end. */
  "staff:change-password": { request: ChangePassword; reply: Done };
  /** Become a device of the house with a one-time code: a tablet on the floor, a screen in the kitchen. */
  "device:pair": { request: PairDevice; reply: KitchenPairReply };
  /** Say which versions are held and get what is newer. */
  "sync:get": { request: GetSync; reply: KitchenSyncReply };
  /** Be answered, and nothing else: who has heard nothing for a while learns whether the connection lives. */
  "sync:probe": { request: Nothing; reply: Done };
  /** Say that all of an order is together, or on its way to the table; what is held stays. */
  "order:bump": { request: BumpOrder; reply: OrderTicketsReply };
  /** Bring all tickets of an order back to the stations and to whoever assembles it, as before they were cleared. */
  "order:recall": { request: RecallOrder; reply: OrderTicketsReply };
  /** Read the board: every open ticket of one's stations, in order, page by page when it is large. */
  "board:get": { request: GetBoard; reply: BoardReply };
  /** Say that one has seen what was struck of a line; of a ticket that is struck whole, the last one clears it. */
  "line:acknowledge": { request: AcknowledgeLine; reply: TicketReply };
  /** Move a line on: in progress, ready, served, or back. What a party that has left had is not cooked again. */
  "line:set-status": { request: SetStatus; reply: TicketReply };
  /** Clear a ticket from the screen: all of it is ready, and what was struck is acknowledged; what is held stays. */
  "ticket:bump": { request: BumpTicket; reply: TicketReply };
  /** List the last hundred tickets that were bumped at one's stations, the last one first: what can be recalled. */
  "ticket:list": { request: ListTickets; reply: TicketsReply };
  /** Bring a bumped ticket back to the screens; what clearing it has made ready is what it was before. */
  "ticket:recall": { request: RecallTicket; reply: TicketReply };
  /** Say which tickets the screen shows: the kitchen has them, once a screen of their station says so. */
  "ticket:seen": { request: SeenTickets; reply: SeenReply };
  /** Let the kitchen cook what is held of a course, whoever held it. What is not held stays as it is. */
  "course:fire": { request: NameCourseOfParty; reply: CourseTicketsReply };
  /** Keep a course of a party back: nobody begins with it until it is fired. What is begun goes on. */
  "course:hold": { request: NameCourseOfParty; reply: CourseTicketsReply };
}

/** What is told in `/kitchen`. */
export interface KitchenMessages {
  /** The first message after the connect: who one is, and what is allowed. */
  "hello": Hello;
  /** A ticket is new, moved with its party, or was worked on. */
  "ticket:changed": TicketChanged;
  /** A station has other screens, more or less to do, or was set up anew. */
  "station:changed": StationChanged;
  /** A dish or option is sold out, can be had again, or is counted. What is never told of can be had. */
  "item:changed": FloorItemChanged;
  /** Something may have been missed: send `sync:get`. */
  "sync:required": SyncRequired;
  /** This process is about to stop: connect again, at a random moment within the time named. */
  "server:draining": ServerDraining;
}

/** What a client of `/kitchen` holds, by the name that it has in messages. */
export interface KitchenSnapshots {
  ticket: TicketView;
  station: StationView;
  item: FloorItemView;
}

/** What may be asked in `/sms`. */
export interface SmsCommands {
  /** Come in as an SMS phone of the house, and agree with it on what is open. */
  "sms:register": { request: RegisterPhone; reply: RegisterReply };
  /** Say how far a message is: accepted, sent, delivered or failed. */
  "sms:ack": { request: AckMessage; reply: AckReply };
  /** Answer the server's `sms:ping`; whoever says nothing at all for too long is taken for gone. */
  "sms:pong": { request: Nothing; reply: Done };
  /** Tell battery, signal and cards. */
  "sms:status": { request: TellStatus; reply: StatusReply };
}

/** What is told in `/sms`. */
export interface SmsMessages {
  /** The first message after the connect: who one is, and what is allowed. */
  "hello": Hello;
  /** Send this message, once the ack of `accepted` counts. */
  "sms:send": SendMessage;
  /** Do not send this message any more. */
  "sms:cancel": CancelMessage;
  /** Answer with `sms:pong`: the app lives. */
  "sms:ping": PingPhone;
  /** This process is about to stop: connect again, at a random moment within the time named. */
  "server:draining": ServerDraining;
}

/** What a client of `/sms` holds, by the name that it has in messages. */
export interface SmsSnapshots {
}

/** All namespaces, by their path. */
export interface Namespaces {
  "/table": { auth: TableAuth; commands: TableCommands; messages: TableMessages; snapshots: TableSnapshots };
  "/floor": { auth: StaffAuth; commands: FloorCommands; messages: FloorMessages; snapshots: FloorSnapshots };
  "/checkout": { auth: CheckoutAuth; commands: CheckoutCommands; messages: CheckoutMessages; snapshots: CheckoutSnapshots };
  "/kitchen": { auth: KitchenAuth; commands: KitchenCommands; messages: KitchenMessages; snapshots: KitchenSnapshots };
  "/sms": { auth: PhoneAuth; commands: SmsCommands; messages: SmsMessages; snapshots: SmsSnapshots };
}

/** A new address. The first one is the default one, whatever it says. */
export interface AddAddress {
  /** Street, number, building, flat. */
  street: string;
  /** City, town or village. */
  city: string;
  /** A county of the house's country (ISO 3166-2), with or without diacritics; in Romania one of the 41, or București. */
  county: string;
  /** A postal code of the house's country; in Romania six digits. */
  postal_code: string;
  /** What a courier must know: entrance, floor, interphone. */
  notes?: string;
  /** Whether it is the one that is offered first. There always is one, while there is any. */
  is_default?: boolean;
}

/** The address as it is kept, and how many there are. */
export interface AddedAddressReply {
  /** The network that it came from. */
  address: AddressView;
  /** How many addresses the customer has. */
  total_addresses: number;
}

/** The address as it is now. */
export interface AddressReply {
  /** The network that it came from. */
  address: AddressView;
}

/** An address as its owner sees it. `uses` counts the orders that went there. */
export interface AddressView {
  /** Opaque identifier. */
  id: string;
  /** Street, number, building, flat. */
  street: string;
  /** City, town or village. */
  city: string;
  /** The county, as the country calls it. */
  county: string;
  /** The postal code. */
  postal_code: string;
  /** What a courier must know: entrance, floor, interphone. */
  notes: string;
  /** Whether it is the one that is offered first. There always is one, while there is any. */
  is_default: boolean;
  /** How often it may be used in the whole house; null for as often as one likes. */
  uses: number;
  /** When it was last ordered to; null before that. */
  last_used_at: string | null;
  /** When it was saved. */
  created_at: string;
  /** Goes with a change: one that rests on an older version is refused. */
  __v: number;
}

/** The addresses: the most used first, then the last used, then the newest. */
export interface AddressesReply {
  /** The addresses of the customer: the most used first, then the last used, then the newest. */
  addresses: AddressView[];
}

/** What is to be different; what is not named, or null, stays. `isDefault` true makes it the default address; false leaves that as it is, since there always is one. */
export interface ChangeAddress {
  /** Street, number, building, flat. */
  street?: string | null;
  /** City, town or village. */
  city?: string | null;
  /** The county, as the country calls it. */
  county?: string | null;
  /** The postal code. */
  postal_code?: string | null;
  /** What a courier must know: entrance, floor, interphone. */
  notes?: string | null;
  /** Whether it is the one that is offered first. There always is one, while there is any. */
  is_default?: boolean | null;
  /** The version that was read. */
  __v: number;
}

/** The code is good for `expiresIn` seconds, and may be sent again after `resendAfter`. */
export interface CodeSentReply {
  /** The message is on its way. */
  codeSent: boolean;
  /** Seconds until it is worth nothing. */
  expiresIn: number;
  /** In how many seconds a code can be sent again. */
  resendAfter: number;
}

/** It is over. */
export interface EndedReply {
  /** It is over. */
  ended: boolean;
}

/** It is gone. */
export interface RemovedAddressReply {
  /** It is gone. */
  deleted: boolean;
}

/** A mobile number of a country of the house, and how its owner wants to be called. */
export interface SendCode {
  /** A mobile number of a country of the house, as people write it. */
  phone: string;
  /** How the customer is called: letters, spaces, `-` and `'`. */
  name: string;
}

/** `token` is the present one, good until `expiresAt`. */
export interface TokenReply {
  /** Proves the phone number, as `Authorization: Bearer` and as `auth.token` of `/checkout`. Keep it secret. */
  token: string;
  /** When the token ends, unless it is refreshed before. */
  expires_at: string;
}

/** `token` proves the number from now on; the cookie has it, too. The addresses come most used first. */
export interface VerifiedReply {
  /** The code was right. */
  verified: boolean;
  /** Proves the phone number, as `Authorization: Bearer` and as `auth.token` of `/checkout`. Keep it secret. */
  token: string;
  /** The addresses of the customer: the most used first, then the last used, then the newest. */
  addresses: AddressView[];
}

/** The number, and the code that was sent to it. */
export interface VerifyCode {
  /** A mobile number of a country of the house, as people write it. */
  phone: string;
  /** The six digits of the message. */
  code: string;
}

/** The customer as they themselves may see it; of the phone number no more than its end. */
export interface WhoReply {
  /** The customer. Opaque. */
  customer_id: string;
  /** What people call it. */
  name: string;
  /** The end of the phone number: no more of it is ever shown. */
  last_four: string;
  /** When the token ends, unless it is refreshed before. */
  expires_at: string;
  /** How many addresses the customer has. */
  total_addresses: number;
}

/** What may be asked over HTTP. */
export interface RestCommands {
  /** Send a one-time code to a phone; the one before it is worth nothing from then on. */
  "code:send": { request: SendCode; reply: CodeSentReply };
  /** Prove a phone number with the code that was sent to it, in the browser that asked for it. */
  "code:verify": { request: VerifyCode; reply: VerifiedReply };
  /** Get a new token before the present one ends; the cookie has it, too. */
  "session:refresh": { request: Record<string, never>; reply: TokenReply };
  /** Say who the token belongs to. */
  "session:get": { request: Record<string, never>; reply: WhoReply };
  /** Log out: its tokens are worth nothing from then on, and its sockets are closed. */
  "session:end": { request: Record<string, never>; reply: EndedReply };
  /** List the addresses of the customer by use. */
  "address:list": { request: Record<string, never>; reply: AddressesReply };
  /** Save an address; one that is there already is answered with itself. */
  "address:add": { request: AddAddress; reply: AddedAddressReply };
  /** Change an address as it was read, or make it the default one. */
  "address:change": { request: { id: string } & ChangeAddress; reply: AddressReply };
  /** Remove an address. Orders keep the copy they were placed with. */
  "address:remove": { request: { id: string }; reply: RemovedAddressReply };
}
