// Starts the page: each script looks after its own part.

import { watchConversation } from "./conversation.js";
import { showRun, watchCollection } from "./collection.js";
import { watchFeedback } from "./feedback.js";
import { watchGaps } from "./gaps.js";
import { watchHistory } from "./history.js";
import { watchState } from "./state.js";
import { watchAddress } from "./views.js";

watchConversation();
watchCollection();
watchHistory();
watchFeedback();
watchGaps();
watchAddress();
watchState(showRun);
