--- Loaded by busted before the specs (.busted).
_G.G_reader_settings = nil
