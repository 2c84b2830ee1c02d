import { bookSlotTool } from './book-slot.ts';
import { endCallTool } from './end-call.ts';
import { findSlotsTool } from './find-slots.ts';
import { saveCallerNameTool } from './save-caller-name.ts';
import { searchKnowledgeTool } from './search-knowledge.ts';
import { offerOf, type Tool, type ToolOffer } from './tool.ts';

const tools: readonly Tool[] = [searchKnowledgeTool, findSlotsTool, bookSlotTool, saveCallerNameTool, endCallTool];

const byName = new Map(tools.map((tool) => [tool.name, tool]));

export const toolOffers: readonly ToolOffer[] = tools.map(offerOf);

export function findTool(name: string): Tool | undefined {
  return byName.get(name);
}
