/** Every contract there is. Permissions, the OpenAPI document and the contract tests are made from these lists. */
import { bookSlot } from './booking/book-slot.ts';
import { createCalendarLink, listCalendarLinks, readCalendar, revokeCalendarLink } from './booking/calendar-links.ts';
import { cancelAppointment } from './booking/cancel-appointment.ts';
import { confirmHold } from './booking/confirm-hold.ts';
import { findSlots } from './booking/find-slots.ts';
import { getAppointment } from './booking/get-appointment.ts';
import { getCatalog } from './booking/get-catalog.ts';
import { holdSlot } from './booking/hold-slot.ts';
import { listAppointments } from './booking/list-appointments.ts';
import { listServices } from './booking/list-services.ts';
import { listUpcoming } from './booking/list-upcoming.ts';
import { lookUpAppointments } from './booking/look-up-appointments.ts';
import { markNoShow } from './booking/mark-no-show.ts';
import { moveAppointment } from './booking/move-appointment.ts';
import { putBookingRules } from './booking/put-booking-rules.ts';
import { putResource } from './booking/put-resource.ts';
import { putService } from './booking/put-service.ts';
import { releaseHold } from './booking/release-hold.ts';
import { retire } from './booking/retire.ts';
import { authenticateApiKey } from './business-profile/authenticate-api-key.ts';
import { createApiKey } from './business-profile/create-api-key.ts';
import { createBusiness } from './business-profile/create-business.ts';
import { issueEventCredentials } from './business-profile/issue-event-credentials.ts';
import { putKnowledge } from './business-profile/put-knowledge.ts';
import { searchKnowledge } from './business-profile/search-knowledge.ts';
import { completeTask } from './caller-profile/complete-task.ts';
import { listTasks } from './caller-profile/list-tasks.ts';
import { recogniseCaller } from './caller-profile/recognise-caller.ts';
import { saveCallerName } from './caller-profile/save-caller-name.ts';
import {
  appointmentBooked,
  appointmentCancelled,
  appointmentHeld,
  appointmentMoved,
  appointmentNoShow,
} from './events/appointment.ts';
import {
  callCompleted,
  callDegraded,
  callEnded,
  callRejected,
  callStarted,
  callSummarized,
  callToolCalled,
  callTurn,
} from './events/call.ts';
import { callbackRequested } from './events/callback.ts';
import { callerCreated, callerUpdated } from './events/caller.ts';
import { messageTaken } from './events/message.ts';
import { numberUnknown } from './events/number.ts';
import { taskCreated, taskDone } from './events/task.ts';
import { voicemailReceived } from './events/voicemail.ts';
import {
  bookAppointmentHttp,
  cancelAppointmentHttp,
  getAppointmentHttp,
  listAppointmentsHttp,
  markNoShowHttp,
  moveAppointmentHttp,
} from './http/appointments.ts';
import { getBookingRulesHttp, putBookingRulesHttp } from './http/booking-rules.ts';
import { createCalendarLinkHttp, listCalendarLinksHttp, revokeCalendarLinkHttp } from './http/calendar-links.ts';
import { callDetailsHttp } from './http/call-details.ts';
import { callHistory } from './http/call-history.ts';
import { callStatsHttp } from './http/call-stats.ts';
import { createEventCredentials } from './http/event-credentials.ts';
import { confirmHoldHttp, holdSlotHttp, releaseHoldHttp } from './http/holds.ts';
import { deleteResourceHttp, listResourcesHttp, putResourceHttp } from './http/resources.ts';
import { deleteServiceHttp, listServicesHttp, putServiceHttp } from './http/services.ts';
import { findSlotsHttp } from './http/slots.ts';
import { listTasksHttp, updateTaskHttp } from './http/tasks.ts';
import { calls } from './kv/calls.ts';
import { directory } from './kv/directory.ts';
import { lines } from './kv/lines.ts';
import { queue } from './kv/queue.ts';
import { bridgeAnnouncement } from './media-bridge/announcement.ts';
import { callOver } from './media-bridge/call-over.ts';
import { releaseCall } from './media-bridge/release-call.ts';
import { reserveCall } from './media-bridge/reserve-call.ts';
import { callStats } from './transcript/call-stats.ts';
import { getCall } from './transcript/get-call.ts';
import { listCalls } from './transcript/list-calls.ts';

export const allRpcs = [
  authenticateApiKey,
  bookSlot,
  callOver,
  callStats,
  cancelAppointment,
  completeTask,
  confirmHold,
  createApiKey,
  createBusiness,
  createCalendarLink,
  findSlots,
  getAppointment,
  getCall,
  getCatalog,
  holdSlot,
  issueEventCredentials,
  listAppointments,
  listCalendarLinks,
  listCalls,
  listServices,
  listTasks,
  listUpcoming,
  lookUpAppointments,
  markNoShow,
  moveAppointment,
  putBookingRules,
  putKnowledge,
  putResource,
  putService,
  readCalendar,
  recogniseCaller,
  releaseCall,
  releaseHold,
  reserveCall,
  retire,
  revokeCalendarLink,
  saveCallerName,
  searchKnowledge,
] as const;

export const allEvents = [
  appointmentBooked,
  appointmentCancelled,
  appointmentHeld,
  appointmentMoved,
  appointmentNoShow,
  callCompleted,
  callDegraded,
  callEnded,
  callRejected,
  callStarted,
  callSummarized,
  callToolCalled,
  callTurn,
  callbackRequested,
  callerCreated,
  callerUpdated,
  messageTaken,
  numberUnknown,
  taskCreated,
  taskDone,
  voicemailReceived,
] as const;

export const allBuckets = [calls, directory, lines, queue] as const;
export const allSignals = [bridgeAnnouncement] as const;
export const allHttp = [
  bookAppointmentHttp,
  callDetailsHttp,
  callHistory,
  callStatsHttp,
  cancelAppointmentHttp,
  confirmHoldHttp,
  createCalendarLinkHttp,
  createEventCredentials,
  deleteResourceHttp,
  deleteServiceHttp,
  findSlotsHttp,
  getAppointmentHttp,
  getBookingRulesHttp,
  holdSlotHttp,
  listAppointmentsHttp,
  listCalendarLinksHttp,
  listResourcesHttp,
  listServicesHttp,
  listTasksHttp,
  markNoShowHttp,
  moveAppointmentHttp,
  putBookingRulesHttp,
  putResourceHttp,
  putServiceHttp,
  releaseHoldHttp,
  revokeCalendarLinkHttp,
  updateTaskHttp,
] as const;
