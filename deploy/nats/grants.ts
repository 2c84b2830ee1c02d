/** Who asks whom, who reports what, who remembers what: the whole system's traffic on one page. */
import { bookSlot } from '@frontdesk/contracts/booking/book-slot';
import {
  createCalendarLink,
  listCalendarLinks,
  readCalendar,
  revokeCalendarLink,
} from '@frontdesk/contracts/booking/calendar-links';
import { cancelAppointment } from '@frontdesk/contracts/booking/cancel-appointment';
import { confirmHold } from '@frontdesk/contracts/booking/confirm-hold';
import { findSlots } from '@frontdesk/contracts/booking/find-slots';
import { getAppointment } from '@frontdesk/contracts/booking/get-appointment';
import { getCatalog } from '@frontdesk/contracts/booking/get-catalog';
import { holdSlot } from '@frontdesk/contracts/booking/hold-slot';
import { listAppointments } from '@frontdesk/contracts/booking/list-appointments';
import { listServices } from '@frontdesk/contracts/booking/list-services';
import { listUpcoming } from '@frontdesk/contracts/booking/list-upcoming';
import { lookUpAppointments } from '@frontdesk/contracts/booking/look-up-appointments';
import { markNoShow } from '@frontdesk/contracts/booking/mark-no-show';
import { moveAppointment } from '@frontdesk/contracts/booking/move-appointment';
import { putBookingRules } from '@frontdesk/contracts/booking/put-booking-rules';
import { putResource } from '@frontdesk/contracts/booking/put-resource';
import { putService } from '@frontdesk/contracts/booking/put-service';
import { releaseHold } from '@frontdesk/contracts/booking/release-hold';
import { retire } from '@frontdesk/contracts/booking/retire';
import type { BucketContract } from '@frontdesk/contracts/bucket';
import { authenticateApiKey } from '@frontdesk/contracts/business-profile/authenticate-api-key';
import { issueEventCredentials } from '@frontdesk/contracts/business-profile/issue-event-credentials';
import { searchKnowledge } from '@frontdesk/contracts/business-profile/search-knowledge';
import { completeTask } from '@frontdesk/contracts/caller-profile/complete-task';
import { listTasks } from '@frontdesk/contracts/caller-profile/list-tasks';
import { recogniseCaller } from '@frontdesk/contracts/caller-profile/recognise-caller';
import { saveCallerName } from '@frontdesk/contracts/caller-profile/save-caller-name';
import type { EventContract } from '@frontdesk/contracts/event';
import {
  appointmentBooked,
  appointmentCancelled,
  appointmentHeld,
  appointmentMoved,
  appointmentNoShow,
} from '@frontdesk/contracts/events/appointment';
import {
  callCompleted,
  callDegraded,
  callEnded,
  callRejected,
  callStarted,
  callSummarized,
  callToolCalled,
  callTurn,
} from '@frontdesk/contracts/events/call';
import { callbackRequested } from '@frontdesk/contracts/events/callback';
import { callerCreated, callerUpdated } from '@frontdesk/contracts/events/caller';
import { messageTaken } from '@frontdesk/contracts/events/message';
import { numberUnknown } from '@frontdesk/contracts/events/number';
import { taskCreated, taskDone } from '@frontdesk/contracts/events/task';
import { voicemailReceived } from '@frontdesk/contracts/events/voicemail';
import { calls } from '@frontdesk/contracts/kv/calls';
import { directory } from '@frontdesk/contracts/kv/directory';
import { lines } from '@frontdesk/contracts/kv/lines';
import { queue } from '@frontdesk/contracts/kv/queue';
import { bridgeAnnouncement } from '@frontdesk/contracts/media-bridge/announcement';
import { callOver } from '@frontdesk/contracts/media-bridge/call-over';
import { releaseCall } from '@frontdesk/contracts/media-bridge/release-call';
import { reserveCall } from '@frontdesk/contracts/media-bridge/reserve-call';
import type { RpcContract } from '@frontdesk/contracts/rpc';
import type { SignalContract } from '@frontdesk/contracts/signal';
import { callStats } from '@frontdesk/contracts/transcript/call-stats';
import { getCall } from '@frontdesk/contracts/transcript/get-call';
import { listCalls } from '@frontdesk/contracts/transcript/list-calls';

export interface Grants {
  /** Requests it may make. What it serves follows from the contracts. */
  readonly asks?: readonly RpcContract[];
  readonly publishes?: readonly EventContract[];
  /** Its durable consumers of EVENTS, by name. */
  readonly durables?: readonly string[];
  readonly reads?: readonly BucketContract[];
  readonly writes?: readonly BucketContract[];
  readonly signals?: readonly SignalContract[];
  readonly hears?: readonly SignalContract[];
  /** May create the durable consumers through which businesses read their events. */
  readonly createsBusinessConsumers?: true;
}

export const grants: Readonly<Record<string, Grants>> = {
  gateway: {
    asks: [
      authenticateApiKey,
      bookSlot,
      callOver,
      callStats,
      cancelAppointment,
      completeTask,
      confirmHold,
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
      listTasks,
      markNoShow,
      moveAppointment,
      putBookingRules,
      putResource,
      putService,
      readCalendar,
      releaseCall,
      releaseHold,
      reserveCall,
      retire,
      revokeCalendarLink,
    ],
    publishes: [callCompleted, callRejected, callbackRequested, numberUnknown, voicemailReceived],
    reads: [calls, directory, lines, queue],
    writes: [lines, queue],
    hears: [bridgeAnnouncement],
  },
  'media-bridge': {
    asks: [
      bookSlot,
      cancelAppointment,
      findSlots,
      listServices,
      listUpcoming,
      lookUpAppointments,
      moveAppointment,
      recogniseCaller,
      saveCallerName,
      searchKnowledge,
    ],
    publishes: [callDegraded, callEnded, callStarted, callToolCalled, callTurn, messageTaken],
    reads: [calls, lines],
    writes: [calls, lines],
    signals: [bridgeAnnouncement],
  },
  booking: {
    publishes: [appointmentBooked, appointmentCancelled, appointmentHeld, appointmentMoved, appointmentNoShow],
  },
  'caller-profile': {
    publishes: [callerCreated, callerUpdated, taskCreated, taskDone],
    durables: ['caller-profile', 'caller-profile-callbacks', 'caller-profile-messages', 'caller-profile-voicemails'],
  },
  transcript: {
    // What a bridge that died still had to say about its call, from the call's record.
    publishes: [callEnded, callStarted, callSummarized, callToolCalled, callTurn, messageTaken],
    durables: ['transcript'],
    reads: [calls],
    writes: [calls],
  },
  'business-profile': { reads: [directory], writes: [directory], createsBusinessConsumers: true },
};
