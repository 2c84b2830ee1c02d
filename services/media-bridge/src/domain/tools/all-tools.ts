import { bookSlotTool } from './book-slot.ts';
import { cancelAppointmentTool } from './cancel-appointment.ts';
import { changeLanguageTool } from './change-language.ts';
import { endCallTool } from './end-call.ts';
import { findSlotsTool } from './find-slots.ts';
import { lookUpAppointmentsTool } from './look-up-appointments.ts';
import { moveAppointmentTool } from './move-appointment.ts';
import { saveCallerNameTool } from './save-caller-name.ts';
import { searchKnowledgeTool } from './search-knowledge.ts';
import { takeMessageTool } from './take-message.ts';
import { offerOf, type Tool, type ToolOffer } from './tool.ts';

const tools: readonly Tool[] = [
  searchKnowledgeTool,
  findSlotsTool,
  bookSlotTool,
  lookUpAppointmentsTool,
  moveAppointmentTool,
  cancelAppointmentTool,
  saveCallerNameTool,
  takeMessageTool,
  endCallTool,
  changeLanguageTool,
];

const byName = new Map(tools.map((tool) => [tool.name, tool]));

const offers: readonly ToolOffer[] = tools.map(offerOf);

/** Where only one language is spoken there is none to change to. */
export function toolOffersFor(languages: readonly string[]): readonly ToolOffer[] {
  return languages.length > 1 ? offers : offers.filter(({ name }) => name !== changeLanguageTool.name);
}

export function findTool(name: string): Tool | undefined {
  return byName.get(name);
}
