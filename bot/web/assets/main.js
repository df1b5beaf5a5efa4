// Starts the page: each script looks after its own part.

import { watchConversation } from "./conversation.js";
import { showRun, watchCollection } from "./collection.js";
import { watchState } from "./state.js";
import { watchAddress } from "./views.js";

watchConversation();
watchCollection();
watchAddress();
watchState(showRun);
