--- libs/libkoreader-lfs is LuaFileSystem under another name.
return require("lfs")
